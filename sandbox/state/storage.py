"""Where the server's state survives a restart: one SQLite file, or nowhere.

State lives in memory and is written behind by one thread, in order, as many statements in one transaction as have
gathered. What is written within the last few milliseconds before a kill -9 can be lost; SIGTERM loses nothing.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from pathlib import Path
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (number TEXT PRIMARY KEY, lid TEXT NOT NULL UNIQUE, seed BLOB NOT NULL,
    raw_id INTEGER NOT NULL, next_device INTEGER NOT NULL, name TEXT NOT NULL, sink INTEGER NOT NULL,
    receipts INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS devices (number TEXT NOT NULL, device INTEGER NOT NULL, noise_key BLOB NOT NULL,
    identity BLOB NOT NULL, registration BLOB NOT NULL, signed_id BLOB NOT NULL, signed_public BLOB NOT NULL,
    signature BLOB NOT NULL, has_uploaded INTEGER NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (number, device));
CREATE TABLE IF NOT EXISTS pre_keys (sequence INTEGER PRIMARY KEY, number TEXT NOT NULL, device INTEGER NOT NULL,
    id BLOB NOT NULL, public BLOB NOT NULL, UNIQUE (number, device, id));
CREATE TABLE IF NOT EXISTS outbox (sequence INTEGER PRIMARY KEY, number TEXT NOT NULL, device INTEGER NOT NULL,
    stanza BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS people (number TEXT PRIMARY KEY, person TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS profile_pictures (subject TEXT PRIMARY KEY, id TEXT NOT NULL, jpeg BLOB NOT NULL,
    secret TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS newsletters (id TEXT PRIMARY KEY, newsletter TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS newsletter_posts (newsletter TEXT NOT NULL, server_id INTEGER NOT NULL, post TEXT NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (newsletter, server_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aliases (alias TEXT PRIMARY KEY, number TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS groups (id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS media (token TEXT PRIMARY KEY, type TEXT NOT NULL, size INTEGER NOT NULL,
    number TEXT NOT NULL, device INTEGER NOT NULL, stored REAL NOT NULL, is_expired INTEGER NOT NULL,
    downloads INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS signal_sessions (number TEXT NOT NULL, peer TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (number, peer)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS app_state_keys (number TEXT PRIMARY KEY, id BLOB NOT NULL, key BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS app_state (number TEXT NOT NULL, collection TEXT NOT NULL, version INTEGER NOT NULL,
    patch BLOB NOT NULL, PRIMARY KEY (number, collection, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_BATCH: Final = 1000
_DRAIN_SECONDS: Final = 1.5


class Store:
    """The file at `path`, created if missing; without a path nothing is kept and nothing costs anything."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._statements: queue.SimpleQueue[tuple[str, tuple[Any, ...]] | None] = queue.SimpleQueue()
        self._failure: sqlite3.Error | None = None
        self._thread: threading.Thread | None = None
        if path is not None:
            connection = sqlite3.connect(path)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)
            connection.close()
            self._thread = threading.Thread(target=self._write_behind, args=(path,), name="store", daemon=True)
            self._thread.start()

    def read(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none when nothing is kept. For start-up, before anything is written."""
        if self._path is None:
            return []
        connection = sqlite3.connect(self._path)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def write(self, statement: str, *values: object) -> None:
        """Have a statement executed soon, after all that were given before.

        Raises:
            sqlite3.Error: An earlier statement failed; nothing after it was written.
        """
        if self._thread is None:
            return
        if self._failure:
            raise self._failure
        self._statements.put((statement, values))

    def close(self) -> None:
        """Write what is waiting and close the file.

        Raises:
            sqlite3.Error: A statement failed.
        """
        if self._thread is None:
            return
        self._statements.put(None)
        self._thread.join(_DRAIN_SECONDS)
        if self._thread.is_alive():
            raise sqlite3.OperationalError(f"not all was written within {_DRAIN_SECONDS} s: {self._path}")
        self._thread = None
        if self._failure:
            raise self._failure

    def _write_behind(self, path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            while (statement := self._statements.get()) is not None:
                connection.execute("BEGIN")
                last = self._write_batch(connection, statement)
                connection.execute("COMMIT")
                if last:
                    break
        except sqlite3.Error as error:
            self._failure = error
        finally:
            connection.close()

    def _write_batch(self, connection: sqlite3.Connection, first: tuple[str, tuple[Any, ...]]) -> bool:
        statement: tuple[str, tuple[Any, ...]] | None = first
        for _ in range(_BATCH):
            if statement is None:
                return True
            connection.execute(*statement)
            if self._statements.empty():
                return False
            statement = self._statements.get()
        if statement is None:
            return True
        connection.execute(*statement)
        return False
