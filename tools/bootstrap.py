"""Install what wagate needs into this checkout, with nothing but a Python 3.11 and its standard library.

``python3 tools/bootstrap.py`` fetches the pinned uv to ``.tools/uv`` and lets it install the locked packages into
``.venv``; ``--dev`` adds what tests and checks need. Run again, it sees that nothing changed and ends at once (30 ms).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".bootstrap.json"
"""For each level ("run", "dev") the digest it was last installed with, and the folder the venv was made in."""

BESIDE = ("tests/emulators", "tests/emulators/localstack", "infra/tools")
"""Projects with a lock and an environment of their own that "dev" installs too: what they need contradicts wagate's."""

OLDEST = (3, 11)


def main(arguments: list[str]) -> int:
    """Install and return the exit status: 0, or 1 with words on stderr that say what to do."""
    if arguments not in ([], ["--dev"]):
        return fail("usage: python3 tools/bootstrap.py [--dev]")
    if sys.version_info[:2] < OLDEST:
        return fail(too_old(sys.executable, sys.version_info[:2]))
    level = "dev" if arguments else "run"
    if recorded().get(level) == digest():
        return 0
    import installation  # noqa: PLC0415 - a run that has nothing to do should not load urllib, ssl and zipfile

    try:
        installation.install(level, ROOT, recorded(), BESIDE)
    except installation.InstallationError as error:
        return fail(f"wagate: {error}")
    names = ["run", "dev"] if level == "dev" else ["run"]  # "dev" contains "run"
    STAMP.write_text(json.dumps({**recorded(), **dict.fromkeys(names, digest()), "root": str(ROOT)}))
    return 0


def too_old(executable: str, version: tuple[int, ...]) -> str:
    """Say that this Python is too old, and what to do."""
    return (
        f"wagate needs Python 3.11 or newer, but {executable} is {'.'.join(map(str, version))}. "
        "If a newer one is installed, name it: make PYTHON=python3.12 ..."
    )


def digest() -> str:
    """Return what an installation depends on: locks, installer, and this folder (a venv's scripts hold its path)."""
    told = hashlib.sha256(str(ROOT).encode())
    locks = (f"{beside}/uv.lock" for beside in (".", *BESIDE))
    for file in [*(ROOT / name for name in ("pyproject.toml", *locks)), *sorted(Path(__file__).parent.glob("*.py"))]:
        told.update(file.read_bytes())
    return told.hexdigest()


def recorded() -> dict[str, str]:
    """Return what the stamp says; nothing if the venv is not there or the Python it was made from is gone."""
    if not (VENV / "bin" / "python").exists():
        return {}
    try:
        return dict(json.loads(STAMP.read_text()))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def fail(words: str) -> int:
    """Print ``words`` to stderr and return the exit status."""
    print(words, file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
