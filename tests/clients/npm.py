"""Packages of npm that tests use."""

from __future__ import annotations

import fcntl
import hashlib
import subprocess
import tempfile
from pathlib import Path

_WITHIN = 300


def installed(package: Path) -> Path:
    """The folder, with what its package-lock.json pins: installed once, for all processes and runs."""
    stamp = package / "node_modules" / ".installed"
    wanted = hashlib.sha256((package / "package-lock.json").read_bytes()).hexdigest()
    owner = hashlib.sha256(str(package).encode()).hexdigest()[:16]
    with Path(tempfile.gettempdir(), f"wagate-npm-{owner}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, cwd=package, timeout=_WITHIN, check=True)
            stamp.write_text(wanted)
    return package
