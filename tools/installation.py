"""Bring ``.tools`` and ``.venv`` of a checkout up to its lock files.

The pinned uv does it, never one on PATH: so every machine reads the lock file with the version that wrote it.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import uv_wheel
from uv_wheel import InstallationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["InstallationError", "install"]


def install(level: str, root: Path, done: Mapping[str, str], beside: Iterable[str]) -> None:
    """Install uv and the packages of ``level``: "run", or "dev" which adds those for tests and checks.

    Args:
        level: "run" or "dev". The latter is about 1,100 MB more on disk.
        root: the checkout.
        done: what `bootstrap.recorded` returned.
        beside: folders of the checkout that are projects of their own, for "dev".

    Raises:
        InstallationError: something could not be installed; says what to do.
    """
    began = time.monotonic()
    uv, venv = root / ".tools" / "uv", root / ".venv"
    if not uv_wheel.is_installed(uv):
        say(f"installing uv {uv_wheel.VERSION} into .tools")
        wheel = uv_wheel.for_platform(sys.platform, platform.machine(), platform.libc_ver()[0])
        uv_wheel.install(wheel, uv, os.environ)
    if done.get("root", str(root)) != str(root):
        say("this checkout was moved: making .venv again")
        run(uv, "venv", "--clear", "--quiet", str(venv), environment=venv)
    if level == "run":
        say("installing packages into .venv")
        # --inexact keeps what an earlier "dev" installed.
        # Compiled now, or the first start would do it.
        kept = ("--all-extras", "--no-dev", "--inexact", "--compile-bytecode")
        run(uv, "sync", "--frozen", *kept, "--project", str(root), environment=venv)
    else:
        say("installing packages into .venv, with those for tests and checks")
        run(uv, "sync", "--frozen", "--all-extras", "--project", str(root), environment=venv)
        for project in (root / folder for folder in beside):
            run(uv, "sync", "--frozen", "--project", str(project), environment=project / ".venv")
    say(f"installed in {time.monotonic() - began:.0f} s")


def run(uv: Path, *arguments: str, environment: Path) -> None:
    """Run uv on the virtual environment ``environment``, made with the Python that runs this.

    Raises:
        InstallationError: it failed; its own words are on stderr.
    """
    env = {
        **os.environ,
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(environment),
    }
    env.pop("VIRTUAL_ENV", None)  # the shell's own, which uv would warn about
    if uv_wheel.has_system_certificates():
        env.setdefault("UV_SYSTEM_CERTS", "1")  # so that a company's own authority counts
    quiet = [] if sys.stderr.isatty() else ["--quiet"]  # a bar in a terminal, no list of 70 packages in a log
    status = subprocess.run([str(uv), *arguments, *quiet], env=env, check=False).returncode
    if status != 0:
        raise InstallationError(
            f"`uv {' '.join(arguments)}` failed with status {status}; its words are above. "
            "Run the same command again to go on: what was downloaded is kept."
        )


def say(words: str) -> None:
    """Tell a person what takes time."""
    print(f"wagate: {words}", file=sys.stderr, flush=True)
