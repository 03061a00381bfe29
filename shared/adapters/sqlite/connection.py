"""A connection to the database file, how its errors are told, and how a busy file is waited for."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar

from shared.errors import StoreUnavailable

T = TypeVar("T")

Synchronous = Literal["FULL", "NORMAL"]

BUSY_DEADLINE = 5.0
"""Seconds that another process may keep the file locked before a write is refused."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.000_2, 0.001
_RETRY_AFTER = 2.0

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_WORDS = {
    sqlite3.SQLITE_FULL: "The disk is full: free some space",
    sqlite3.SQLITE_IOERR: "The disk failed to read or write: check it",
    sqlite3.SQLITE_CORRUPT: "The database is damaged: restore a copy of it",
    sqlite3.SQLITE_NOTADB: "The file is not a database: restore a copy of it",
    sqlite3.SQLITE_READONLY: "The database may not be written: check who owns the folder",
    sqlite3.SQLITE_CANTOPEN: "The database cannot be opened: check that the folder is there and who owns it",
    sqlite3.SQLITE_PERM: "The database may not be opened: check who owns the folder",
    **dict.fromkeys(_BUSY, f"Another process kept the database locked for {BUSY_DEADLINE:g} s"),
}


def connect(path: Path, synchronous: Synchronous, *, query_only: bool = False) -> sqlite3.Connection:
    """Open the file (made when missing, readable by its owner only) in WAL mode, transactions left to the caller.

    Raises:
        StoreUnavailable: it cannot be opened, is damaged or is no database.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            # Only then: closing a file drops every POSIX lock this process has on it, those of an open connection
            # too, and another process that closes the database would delete the WAL under it (sqlite.org/howtocorrupt).
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # -wal and -shm get its mode
    except OSError as error:
        words = f"The database cannot be opened: {error.strerror}."
        raise StoreUnavailable(words, retry_after=_RETRY_AFTER, inside=path) from error
    connection: sqlite3.Connection | None = None
    try:
        # SQLite's own busy handler sleeps up to 100 ms at a time: `patiently` does the waiting.
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        _configure(connection, synchronous, query_only=query_only)
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise unavailable(error, path) from error
    return connection


def _configure(connection: sqlite3.Connection, synchronous: Synchronous, *, query_only: bool) -> None:
    patiently(lambda: connection.execute("PRAGMA journal_mode = WAL").fetchone())
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")


def patiently(action: Callable[[], T]) -> T:
    """Do it, again while another process has the file locked; its last error after `BUSY_DEADLINE`."""
    try:
        return action()
    except sqlite3.OperationalError as error:
        if not _is_busy(error):
            raise
    deadline, pause = time.monotonic() + BUSY_DEADLINE, _FIRST_PAUSE
    while True:
        time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - only spreads two writers apart
        pause = min(2 * pause, _LONGEST_PAUSE)
        try:
            return action()
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise


def unavailable(error: sqlite3.Error, path: Path) -> StoreUnavailable:
    """The error of the catalogue that says in words what is wrong with the file."""
    words = _WORDS.get(_primary_code(error), f"The database failed ({error})")
    return StoreUnavailable(f"{words}. Nothing was accepted.", retry_after=_RETRY_AFTER, inside=path)


def _is_busy(error: sqlite3.Error) -> bool:
    return _primary_code(error) in _BUSY


def _primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; errors of Python's own module have none."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF
