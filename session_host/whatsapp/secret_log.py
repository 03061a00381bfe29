"""What the library's auth database tells, read beside the library (SQLite, read-only).

A database that the library has open in this process is read by a process of its own: when any SQLite of the process
closes a file, the kernel drops every lock the process has on it, the library's too (sqlite.org/howtocorrupt). The next
process to open it would take the library for gone and cut off the shared memory under it.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_BUSY = 2.0
_CHILD_WITHIN = 10.0
_DEVICE = "SELECT 1 FROM whatsmeow_device LIMIT 1"
_MESSAGE = "SELECT message_id FROM whatsmeow_message_secrets WHERE key = ? LIMIT 1"

_opened: set[str] = set()
"""Of this process, because the library is: its connections outlive every object of ours."""


def opened_by_library(database: str) -> None:
    """Note that the library opens a database."""
    _opened.add(database)


def closed_by_library(database: str) -> None:
    """Note that the library has no connection to a database any more."""
    _opened.discard(database)


def is_paired(database: str) -> bool:
    """Whether the database holds a device. Blocks; raises sqlite3.Error."""
    return _first(database, _DEVICE, None) is not None


def message_id_of(database: str, secret: bytes) -> str | None:
    """WhatsApp's id of the message with this secret; None when its frame was never about to be written.

    The library writes the row before the frame leaves (`docs/neonize.md`, Sending). Blocks; raises sqlite3.Error.
    """
    return _first(database, _MESSAGE, secret)


def _first(database: str, query: str, parameter: bytes | None) -> str | None:
    """The first column of the first row as text."""
    if database in _opened:
        return _by_a_child(database, query, parameter)
    return _read(database, query, parameter)


def _read(database: str, query: str, parameter: bytes | None) -> str | None:
    if not Path(database).exists():
        return None
    with closing(sqlite3.connect(f"file:{quote(database)}?mode=ro", uri=True, timeout=_BUSY)) as connection:
        try:
            row = connection.execute(query, () if parameter is None else (parameter,)).fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # the library has not made its tables yet
                return None
            raise
    return None if row is None else str(row[0])


def _by_a_child(database: str, query: str, parameter: bytes | None) -> str | None:
    order = json.dumps([database, query, None if parameter is None else parameter.hex()])
    try:
        child = subprocess.run(  # noqa: S603 - this module
            [sys.executable, "-m", __name__],
            input=order,
            capture_output=True,
            text=True,
            timeout=_CHILD_WITHIN,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise sqlite3.OperationalError(f"the auth database could not be read: {error}") from error
    found: str | None = json.loads(child.stdout)
    return found


if __name__ == "__main__":
    asked_database, asked_query, asked_parameter = json.load(sys.stdin)
    json.dump(
        _read(asked_database, asked_query, None if asked_parameter is None else bytes.fromhex(asked_parameter)),
        sys.stdout,
    )
