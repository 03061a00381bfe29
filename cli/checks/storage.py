"""Can the data folder hold what is to be kept?"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from cli.checks.finding import Finding
from cli.checks.sealed import sealed
from cli.gateway.data_folder import DataFolder
from session_host.auth_sync.cipher import lost_key
from session_host.disk.data_folder import DAMAGED
from session_host.disk.room import LEAST_ROOM
from shared.adapters.sqlite.schema import version_of
from shared.errors import StoreUnavailable

_LITTLE = 1024**3
_MIB = 1024**2
_READ_WHOLE = 64 * _MIB
"""Bytes of a database that are all read; of a larger one only its beginning, or a start would take long."""


def storage(folder: DataFolder, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at the folder, its disk, who may read it, and whether what is in it is whole."""
    path = folder.path
    if not path.exists():
        yield Finding("data folder", "ok", f"{path} is not there yet; the first start makes it.")
        yield _space(next(parent for parent in path.resolve().parents if parent.exists()))
        return
    writable = _writable(path)
    yield writable
    yield _space(path)
    yield from _private(folder)
    if writable.state == "ok":
        yield from _database(path / "wagate.db")
        yield from _set_aside(path / "journal")
        yield from _key(path, environment)
        yield from sealed(path, environment.get("WAGATE_SECRETS_KEY"))


def _writable(path: Path) -> Finding:
    if not path.is_dir():
        return Finding("data folder", "fail", f"{path} is a file.", "Name a folder with --data or WAGATE_DATA_DIR.")
    for place in (path, *(path / name for name in ("run", "logs", "journal", "auth", "blobs"))):
        try:
            if place.exists():
                with tempfile.TemporaryFile(dir=place):
                    pass
        except OSError as error:
            remedy = (
                "Mount it writable, or choose another folder with --data."
                if error.errno == errno.EROFS
                else f"Run as its owner, or make it yours: sudo chown -R $USER {path}"
            )
            return Finding("data folder", "fail", f"{place} cannot be written: {error.strerror}.", remedy)
    if (owner := path.stat().st_uid) != os.geteuid():  # root may write it nevertheless
        text = f"{path} belongs to the user {_name(owner)}, who could not open what this one writes there."
        return Finding("data folder", "fail", text, f"Run as {_name(owner)}, or: sudo chown -R $USER {path}")
    return Finding("data folder", "ok", f"{path} can be written.")


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _database(file: Path) -> Iterator[Finding]:
    """Whether the rows can be read; it is never set aside by itself, since every key and session is in it."""
    if not file.exists():
        return
    remedy = "Restore a backup of it (docs/backup.md). To start without keys and sessions, move it away."
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as rows:
            (has_tables,) = rows.execute("SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'").fetchone()
            if has_tables and (newer := _newer(rows, file)) is not None:
                yield newer
                return
            found = "ok"
            if file.stat().st_size <= _READ_WHOLE:
                (found,) = rows.execute("PRAGMA quick_check(1)").fetchone()
    except (sqlite3.Error, OSError) as error:
        found = str(error)
    if found == "ok":
        yield Finding("database", "ok", f"{file} can be read.")
    else:
        yield Finding("database", "fail", f"{file} is damaged: {found}.", remedy)


def _newer(rows: sqlite3.Connection, file: Path) -> Finding | None:
    """Whether a newer wagate made the tables, so that this one would refuse them."""
    try:
        version_of(rows, file)
    except StoreUnavailable as error:
        what, _, _ = error.message.partition(": ")
        return Finding(
            "database", "fail", f"{what}.", "Install that version, or restore an earlier backup (docs/backup.md)."
        )
    return None


def _set_aside(journals: Path) -> Iterator[Finding]:
    for file in sorted(journals.glob(f"*.{DAMAGED}-*")):
        if not file.name.endswith(("-wal", "-shm")):
            text = f"{file} was damaged and set aside; messages that had just arrived may be in it."
            remedy = f"'sqlite3 {file} .recover' may recover some of them. Delete the file when you do not need it."
            yield Finding("journal", "warn", text, remedy)


def _key(path: Path, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the key of the snapshots is there when there are any."""
    key = path / "auth.key"
    if environment.get("WAGATE_AUTH_KEY") or key.exists():
        return
    if any(each.is_file() for each in (path / "blobs" / "auth+").rglob("*")):
        what, _, remedy = str(lost_key(key)).partition(". ")
        yield Finding("auth.key", "fail", f"{what}.", remedy)


def _space(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    text = f"{free // _MIB:,} MiB free."
    if free < LEAST_ROOM:
        text = f"{free // _MIB:,} MiB free on the disk of {path}, and sessions rest while it is less than "
        remedy = "Free some space: messages that arrive are written to this disk."
        return Finding("disk space", "fail", f"{text}{LEAST_ROOM // _MIB}.", remedy)
    return Finding("disk space", "warn" if free < _LITTLE else "ok", text, "Free some." if free < _LITTLE else "")


def _private(folder: DataFolder) -> Iterator[Finding]:
    for path in (folder.path, folder.admin_key_file):
        if not path.exists():
            continue
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            text = f"Others on this machine may open {path}, which logs your numbers in."
            yield Finding("permissions", "warn", text, f"chmod go-rwx {path}")
            return
    yield Finding("permissions", "ok", "Only you may open it.")
