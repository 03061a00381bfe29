"""Many writes, one transaction: what is queued while a commit waits for the disk is committed together by the next.

Measured in docs/adr/0004-sqlite-group-commit.md.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from shared.adapters.sqlite.connection import patiently, unavailable
from shared.adapters.sqlite.worker import Job


def commit_together(connection: sqlite3.Connection, path: Path, jobs: list[Job]) -> None:
    """Run every job and commit once: a job that fails undoes only what it did itself.

    When the commit itself fails, every job fails with StoreUnavailable and nothing of them is kept.
    """
    try:
        if not _done_at_once(connection, jobs):
            _do_each(connection, path, jobs)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(connection)
        for job in jobs:
            job.result, job.error = None, unavailable(error, path)


def _done_at_once(connection: sqlite3.Connection, jobs: list[Job]) -> bool:
    """False when one of them failed, which is rare: then nothing is done, and it has to be seen which one."""
    _begin(connection)
    try:
        for job in jobs:
            job.result = job.work(connection)
    except Exception:
        if not connection.in_transaction:
            raise  # SQLite gave up the whole transaction (disk full, I/O error)
        connection.execute("ROLLBACK")
        return False
    return True


def _do_each(connection: sqlite3.Connection, path: Path, jobs: list[Job]) -> None:
    """Once more, each in a savepoint of its own."""
    _begin(connection)
    for job in jobs:
        connection.execute("SAVEPOINT job")
        try:
            job.result = job.work(connection)
        except Exception as error:
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO job")
            job.result, job.error = None, _told(error, path)
        connection.execute("RELEASE job")


def _begin(connection: sqlite3.Connection) -> None:
    patiently(lambda: connection.execute("BEGIN IMMEDIATE"))


def _told(error: Exception, path: Path) -> Exception:
    return unavailable(error, path) if isinstance(error, sqlite3.OperationalError) else error


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
