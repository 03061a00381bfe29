"""Install what wagate needs into this checkout, with nothing but a Python 3.11 and its standard library.

``python3 tools/bootstrap.py`` fetches the pinned uv (a wheel, checked against its SHA-256) to ``.tools/uv`` and lets it
install the locked packages into ``.venv``. ``--dev`` adds what tests and checks need. Run again, it sees that nothing
changed and ends at once. A uv on PATH is not used: the pinned one reads this lock file the same way on every machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

# Beside this file; found because Python puts the script's folder on its path.
import uv_wheel

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools" / "uv"
VENV = ROOT / ".venv"
EMULATORS = ROOT / "tests" / "emulators"
STAMP = VENV / ".bootstrap.json"
LOCKS = ["pyproject.toml", "uv.lock", "tests/emulators/uv.lock", "tools/bootstrap.py", "tools/uv_wheel.py"]
OLDEST = (3, 11)


def main() -> int:
    """Install and return the exit status: 0, or 1 with one line on stderr that says what to do."""
    parser = argparse.ArgumentParser(description="Install what wagate needs into this checkout.")
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need (about 600 MB)")
    level = "dev" if parser.parse_args().dev else "run"
    try:
        require_python(sys.version_info[:2])
        if recorded().get(level) != digest():
            install(level)
    except uv_wheel.BootstrapError as error:
        print(f"wagate: {error}", file=sys.stderr)
        return 1
    return 0


def require_python(version: tuple[int, ...]) -> None:
    """Raise BootstrapError if this Python is older than wagate supports."""
    if version < OLDEST:
        raise uv_wheel.BootstrapError(
            f"needs Python 3.11 or newer, but {sys.executable} is {'.'.join(map(str, version))}. "
            "If a newer one is installed, name it: make PYTHON=python3.12 ..."
        )


def digest() -> str:
    """Return what the installation depends on: the locks, and this folder (a venv's scripts hold its path)."""
    told = hashlib.sha256(str(ROOT).encode())
    for name in LOCKS:
        told.update((ROOT / name).read_bytes())
    return told.hexdigest()


def recorded() -> dict[str, str]:
    """Return the digest each level was last installed with; empty if the venv is not there or not whole."""
    if not (VENV / "bin" / "python").exists():  # also when the Python it was made from is gone
        return {}
    try:
        return dict(json.loads(STAMP.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def install(level: str) -> None:
    """Bring ``.tools`` and ``.venv`` up to the lock files and remember that."""
    began = time.monotonic()
    if not uv_wheel.is_installed(UV):
        say(f"installing uv {uv_wheel.VERSION} into .tools")
        wheel = uv_wheel.for_platform(sys.platform, platform.machine(), platform.libc_ver()[0])
        uv_wheel.install(wheel, UV, os.environ)
    done = recorded()
    if done.get("root", str(ROOT)) != str(ROOT):
        say("this checkout was moved: making .venv again")
        run_uv("venv", "--clear", "--quiet", str(VENV))
        done = {}
    if level == "run":
        say("installing packages into .venv")
        # Keeps what `--dev` installed; without the 600 MB that only tests and checks need.
        run_uv("sync", "--frozen", "--all-extras", "--no-dev", "--inexact")
        done["run"] = digest()
    else:
        say("installing packages into .venv, with those for tests and checks")
        run_uv("sync", "--frozen", "--all-extras")
        run_uv("sync", "--frozen", "--project", str(EMULATORS), environment=EMULATORS / ".venv")
        done["run"] = done["dev"] = digest()
    STAMP.write_text(json.dumps({**done, "root": str(ROOT)}))
    say(f"installed in {time.monotonic() - began:.0f} s")


def run_uv(*arguments: str, environment: Path = VENV) -> None:
    """Run the pinned uv with the Python that runs this, never with one it would download."""
    env = {
        **os.environ,
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(environment),
        "UV_NO_PROGRESS": "" if sys.stderr.isatty() else "1",
    }
    env.pop("VIRTUAL_ENV", None)
    if uv_wheel.has_system_certificates():
        env.setdefault("UV_SYSTEM_CERTS", "1")  # so that a company's own authority counts
    status = subprocess.run([str(UV), *arguments], cwd=ROOT, env=env, check=False).returncode
    if status != 0:
        raise uv_wheel.BootstrapError(
            f"`uv {' '.join(arguments)}` failed (status {status}): see its words above. "
            "Run the same command again to go on: what was downloaded is kept."
        )


def say(words: str) -> None:
    """Tell a person what takes time."""
    print(f"wagate: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
