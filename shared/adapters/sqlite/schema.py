"""Brings the tables of a database file to the newest version."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from shared.adapters.sqlite.connection import patiently, unavailable
from shared.adapters.sqlite.tables import OLDEST, STEPS
from shared.errors import StoreUnavailable
from shared.ids import now_ms


def migrate(
    connection: sqlite3.Connection, path: Path, steps: tuple[tuple[str, ...], ...] = STEPS, oldest: int = OLDEST
) -> None:
    """Bring the tables to the newest version in one transaction; of several processes one does it.

    Raises:
        StoreUnavailable: the file cannot be written, or a newer wagate made it that this one cannot work beside.
    """
    try:
        patiently(lambda: connection.execute("BEGIN IMMEDIATE"))
        try:
            _apply(connection, path, steps, oldest)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise unavailable(error, path) from error


def version_of(connection: sqlite3.Connection, path: Path, steps: tuple[tuple[str, ...], ...] = STEPS) -> int:
    """Which version the tables have.

    Raises:
        StoreUnavailable: a newer wagate made them that this one cannot work beside.
    """
    version: int = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()[0]
    needed: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(steps) and not 0 < needed <= len(steps):
        raise StoreUnavailable(
            f"The database was made by a newer wagate (tables {version}, this knows {len(steps)}): install that one.",
            inside=path,
        )
    return version


def _apply(connection: sqlite3.Connection, path: Path, steps: tuple[tuple[str, ...], ...], oldest: int) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT"
    )
    version = version_of(connection, path, steps)
    for number, statements in enumerate(steps[version:], start=version + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version (version, applied_at) VALUES (?, ?)", (number, now_ms()))
    if version < len(steps):
        connection.execute(f"PRAGMA user_version = {oldest}")  # a place for one number that every file has
