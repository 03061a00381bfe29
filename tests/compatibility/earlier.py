"""The code of an earlier version, from the project's own history."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.unpacking import unpack

ROOT = Path(__file__).parents[2]
_BEFORE_THE_FIRST_RELEASE = "5f0deb3"
"""What stands for an earlier version as long as there is no tag of one."""
_PACKAGES = ("cli", "functions", "sandbox", "session_host", "shared")


def earlier_code(folder: Path) -> Path:
    """The folder, with the packages of the newest release before this commit in it.

    Skips the test where there is no history: in an archive of the sources, or in a clone that is too shallow.
    """
    name = _git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^").decode().strip()
    name = name or _BEFORE_THE_FIRST_RELEASE
    packed = _git("archive", "--format=tar", name, *_PACKAGES)
    if not packed:
        pytest.skip(f"the history here does not reach back to {name}: `git fetch --unshallow --tags` gets it")
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        unpack(tar, folder)
    return folder


def _git(*arguments: str) -> bytes:
    """What it says; nothing when it, or what was asked for, is not there."""
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False, timeout=120)
    except FileNotFoundError:
        return b""
    return done.stdout if done.returncode == 0 else b""


def ran(code: Path, module: str) -> bool:
    """Whether a process has imported a module of this code: Python leaves it compiled there."""
    path = code / module
    return any((path.parent / "__pycache__").glob(f"{path.name}.*.pyc"))
