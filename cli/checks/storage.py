"""Can the data folder hold what is to be kept?"""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.checks.finding import Finding
from cli.data_folder import DataFolder

_LITTLE, _TOO_LITTLE = 1024**3, 100 * 1024**2
_MIB = 1024**2


def storage(folder: DataFolder) -> Iterator[Finding]:
    """Look at the folder, its disk and who may read it."""
    path = folder.path
    if not path.exists():
        yield Finding("data folder", "ok", f"{path} is not there yet; the first start makes it.")
        yield _space(next(parent for parent in path.resolve().parents if parent.exists()))
        return
    yield _writable(path)
    yield _space(path)
    yield from _private(folder)


def _writable(path: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=path):
            return Finding("data folder", "ok", f"{path} can be written.")
    except OSError as error:
        remedy = f"Run as its owner, or make it yours: sudo chown -R $USER {path}"
        return Finding("data folder", "fail", f"{path} cannot be written: {error.strerror}.", remedy)


def _space(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    text = f"{free // _MIB:,} MiB free."
    if free < _TOO_LITTLE:
        return Finding("disk space", "fail", text, "Free some space: messages that arrive are written to this disk.")
    return Finding("disk space", "warn" if free < _LITTLE else "ok", text, "Free some." if free < _LITTLE else "")


def _private(folder: DataFolder) -> Iterator[Finding]:
    for path in (folder.path, folder.admin_key_file):
        if not path.exists():
            continue
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            text = f"Others on this machine may open {path}; it holds what logs your numbers in."
            yield Finding("permissions", "warn", text, f"chmod go-rwx {path}")
            return
    yield Finding("permissions", "ok", "Only you may open it.")
