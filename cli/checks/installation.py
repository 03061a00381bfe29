"""Is everything installed that the gateway is made of?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cli.checks.finding import Finding

_OLDEST = (3, 11)
_INSTALL = "Install what is missing with: uv sync --all-extras (in the checkout: make up does it)."
_WITHIN = 30.0
_PARTS = {
    "neonize": "import pylibmagic, neonize; print(neonize.__version__)",
    "libmagic": "import pylibmagic, magic; print(magic.version())",
    "media": "import av, PIL.Image; print('PyAV', av.__version__)",
    "API": "import litestar, uvicorn, uvloop; print('litestar', litestar.__version__.formatted())",
}
"""Each is imported in a process of its own: a library that is broken may take its process with it."""


def installation() -> Iterator[Finding]:
    """Look at Python, at the wheels and at nats-server."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST:
        yield Finding("Python", "fail", f"{version} is too old.", "Use Python 3.11 or newer.")
    else:
        yield Finding("Python", "ok", version)
    for name, code in _PARTS.items():
        yield _run(name, [sys.executable, "-c", code])
    yield _run("nats-server", [str(Path(sys.prefix, "bin", "nats-server")), "--version"])


def _run(name: str, command: list[str]) -> Finding:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN, check=False)  # noqa: S603 - our own
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, "fail", str(error), _INSTALL)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        return Finding(name, "fail", f"It cannot be used: {reason}", _INSTALL)
    return Finding(name, "ok", done.stdout.strip().splitlines()[-1])
