"""A journal that is damaged is put out of the way, so that its shard can go on, and kept for who may read it yet."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import structlog

from session_host.disk.data_folder import DAMAGED

_log = structlog.get_logger()

_PARTS = ("", "-wal", "-shm")
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def damage_of(path: Path) -> str | None:
    """What is wrong with a database file, None when it is whole or not there. Reads all of it.

    Raises:
        sqlite3.Error: that cannot be said: it is locked, or the disk fails.
    """
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(path)) as rows:
            (found,) = rows.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
            raise
        return str(error)
    return None if found == "ok" else str(found)


def set_aside_if_damaged(path: Path) -> Path | None:
    """Rename a damaged database file, which nobody has open, with what belongs to it; its new name.

    What a shard had been told and had not stored yet is in it: `sqlite3 FILE .recover` may bring some of it back.
    """
    damage = damage_of(path)
    if damage is None:
        return None
    aside = path.with_name(f"{path.name}.{DAMAGED}-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}")
    for part in _PARTS:
        file = path.with_name(path.name + part)
        if file.exists():
            file.replace(aside.with_name(aside.name + part))
    _log.error("journal_set_aside", file=str(aside), damage=damage)
    return aside
