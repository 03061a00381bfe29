"""What the library's auth database tells, read beside the library (SQLite, read-only).

A database that the library has open in this process is read by a process of its own: when any SQLite of the process
closes a file, the kernel drops every lock the process has on it, the library's too (sqlite.org/howtocorrupt). The next
process to open it would take the library for gone and cut off the shared memory under it.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from session_host.auth_sync.unencrypted import NOTED, TRIGGERS
from shared.jids import LID

_BY_LID = f"@{LID}"
_BUSY = 2.0
_CHILD_WITHIN = 10.0
_DEVICE = "SELECT jid || ' ' || coalesce(lid, '') FROM whatsmeow_device LIMIT 1"
_MESSAGE = "SELECT message_id FROM whatsmeow_message_secrets WHERE key = ? ORDER BY rowid DESC LIMIT 1"
"""The last one: a message that is sent once more has its secret again."""
_SECRETS = """
    SELECT message_id, key FROM whatsmeow_message_secrets
    WHERE message_id IN (SELECT value FROM json_each(?)) LIMIT 1000
"""
_NUMBERS = "SELECT lid, pn FROM whatsmeow_lid_map WHERE lid IN (SELECT value FROM json_each(?))"

_Value = str | int | bytes | None

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
    return bool(_rows(database, _DEVICE))


def device_of(database: str) -> tuple[str, str | None] | None:
    """Number and LID (`…@lid`) of the device; None when there is none. Blocks; raises sqlite3.Error."""
    found = _rows(database, _DEVICE)
    if not found:
        return None
    number, lid = (re.split("[.:@]", jid, maxsplit=1)[0] for jid in str(found[0][0]).split(" "))
    return number, f"{lid}{_BY_LID}" if lid else None


def message_id_of(database: str, secret: bytes) -> str | None:
    """WhatsApp's id of the message with this secret; None when its frame was never about to be written.

    The library writes the row before the frame leaves (`docs/neonize.md`, Sending). Blocks; raises sqlite3.Error.
    """
    found = _rows(database, _MESSAGE, secret)
    return str(found[0][0]) if found else None


def is_unencrypted(database: str, secret: bytes) -> bool:
    """Whether a message was certainly encrypted for nobody since it was begun. Blocks; raises sqlite3.Error."""
    return bool(_rows(database, NOTED, secret, *TRIGGERS))


def secrets_of(database: str, message_ids: frozenset[str]) -> dict[str, list[bytes]]:
    """The secrets of messages with these ids of WhatsApp's, sent or received. Blocks; raises sqlite3.Error."""
    found: dict[str, list[bytes]] = {}
    for message_id, key in _rows(database, _SECRETS, json.dumps(list(message_ids))):
        if isinstance(key, bytes):
            found.setdefault(str(message_id), []).append(key)
    return found


def numbers_of(database: str, lids: frozenset[str]) -> dict[str, str]:
    """The digits of the numbers that belong to LIDs (both `…@lid`), of those known. Blocks; raises sqlite3.Error."""
    users = json.dumps([lid.removesuffix(_BY_LID) for lid in lids])
    return {f"{lid}{_BY_LID}": str(number) for lid, number in _rows(database, _NUMBERS, users)}


def _rows(database: str, query: str, *parameters: _Value) -> list[list[_Value]]:
    if database in _opened:
        return _by_a_child(database, query, parameters)
    return _read(database, query, parameters)


def _read(database: str, query: str, parameters: Sequence[_Value]) -> list[list[_Value]]:
    if not Path(database).exists():
        return []
    with closing(sqlite3.connect(f"file:{quote(database)}?mode=ro", uri=True, timeout=_BUSY)) as connection:
        try:
            return [list(row) for row in connection.execute(query, parameters)]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # the library has not made its tables yet
                return []
            raise


def _by_a_child(database: str, query: str, parameters: Sequence[_Value]) -> list[list[_Value]]:
    try:
        child = subprocess.run(  # noqa: S603 - this module
            [sys.executable, "-m", __name__],
            input=_written([[database, query], list(parameters)]),
            capture_output=True,
            text=True,
            timeout=_CHILD_WITHIN,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise sqlite3.OperationalError(f"the auth database could not be read: {error}") from error
    return _understood(child.stdout)


def _written(rows: list[list[_Value]]) -> str:
    """As JSON, which has no bytes."""
    return json.dumps([[{"hex": value.hex()} if isinstance(value, bytes) else value for value in row] for row in rows])


def _understood(text: str) -> list[list[_Value]]:
    rows = json.loads(text)
    return [[bytes.fromhex(value["hex"]) if isinstance(value, dict) else value for value in row] for row in rows]


def _answer(order: str) -> str:
    (database, query), parameters = _understood(order)
    return _written(_read(str(database), str(query), parameters))


if __name__ == "__main__":
    sys.stdout.write(_answer(sys.stdin.read()))
