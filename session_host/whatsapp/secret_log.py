"""What the library's auth database tells, read beside the library (SQLite, read-only)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_BUSY = 2.0


def is_paired(database: str) -> bool:
    """Whether the database holds a device."""
    return _first(database, "SELECT 1 FROM whatsmeow_device LIMIT 1", ()) is not None


def message_id_of(database: str, secret: bytes) -> str | None:
    """WhatsApp's id of the message with this secret; None when its frame was never about to be written.

    The library writes the row before the frame leaves (`docs/neonize.md`, Sending).
    """
    row = _first(database, "SELECT message_id FROM whatsmeow_message_secrets WHERE key = ? LIMIT 1", (secret,))
    return None if row is None else str(row[0])


def _first(database: str, query: str, parameters: tuple[bytes, ...]) -> tuple[object, ...] | None:
    if not Path(database).exists():
        return None
    with closing(sqlite3.connect(f"file:{quote(database)}?mode=ro", uri=True, timeout=_BUSY)) as connection:
        try:
            return connection.execute(query, parameters).fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # the library has not made its tables yet
                return None
            raise
