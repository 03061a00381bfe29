"""Removes message secrets that nothing needs any more from an auth database: the library keeps one of every message.

They are needed for what refers to a message later (votes, edits and comments that are encrypted under its secret), and
by `in_doubt` while one of ours is being sent: at most two are at any time, and they are the newest. The library's table
has no times, so marks beside it say which row was the newest when; its rows are numbered as they come.

A step is short, so that a send never waits for it: `_STEP` rows, `_PAGES` pages given back.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_STEP = 200
_PAGES = 64
_BUSY = 0.5
"""Seconds to wait for the library's own writes; then the step is left for another time."""
_MARK_EVERY = 3_600_000
"""Milliseconds between two marks at least."""
_MARKS = "CREATE TABLE IF NOT EXISTS wagate_secret_marks (at INTEGER PRIMARY KEY, newest INTEGER NOT NULL)"
_LAST = "SELECT max(rowid) FROM whatsmeow_message_secrets"
_OLD = "SELECT newest FROM wagate_secret_marks WHERE at <= ? ORDER BY at DESC LIMIT 1"
_PRUNE = """
    DELETE FROM whatsmeow_message_secrets
    WHERE rowid IN (SELECT rowid FROM whatsmeow_message_secrets WHERE rowid <= ? ORDER BY rowid LIMIT ?)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Which secrets are kept."""

    max_age: int
    """Milliseconds; those that were there longer go."""
    most: int
    """The newest so many are kept at most."""


def prune(path: Path, kept: Kept, now: int) -> int:
    """Do one step; rows removed. There is more to do when it removed any.

    Args:
        path: an auth database, which the library may have open: in another process than this one.
        kept: which secrets are.
        now: milliseconds since 1970.

    Raises:
        sqlite3.Error: not now: the database is being written, or it is none of the library's.
    """
    uri = f"file:{quote(str(path))}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        try:
            removed = _remove(database, kept, now)
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")
        if removed:
            database.executescript(f"PRAGMA incremental_vacuum({_PAGES})")  # `execute` would give back one page
        return removed


def _remove(database: sqlite3.Connection, kept: Kept, now: int) -> int:
    (last,) = database.execute(_LAST).fetchone()
    if last is None:
        return 0
    database.execute(_MARKS)
    (marked,) = database.execute("SELECT max(at) FROM wagate_secret_marks").fetchone()
    if marked is None or now - marked >= _MARK_EVERY:
        database.execute("INSERT OR REPLACE INTO wagate_secret_marks VALUES (?, ?)", (now, last))
    old = database.execute(_OLD, (now - kept.max_age,)).fetchone()
    upto = max(old[0] if old else 0, last - kept.most)
    database.execute("DELETE FROM wagate_secret_marks WHERE newest < ? AND at < ?", (upto, now - kept.max_age))
    return database.execute(_PRUNE, (upto, _STEP)).rowcount
