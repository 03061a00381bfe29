"""The one database file of a machine, as one process uses it: one writer thread, one reader thread."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from shared.adapters.sqlite.connection import Synchronous, connect, patiently, unavailable
from shared.adapters.sqlite.group_commit import commit_together
from shared.adapters.sqlite.schema import migrate
from shared.adapters.sqlite.worker import Job, Then, Worker
from shared.errors import StoreUnavailable

T = TypeVar("T")

Work = Callable[[sqlite3.Connection], T]
"""Runs on one of the database's threads. A write is undone when it raises."""


class Database:
    """Reads and writes of one event loop on the file. Make one per process with `open`, end it with `close`."""

    def __init__(
        self, path: Path, writing: sqlite3.Connection, reading: sqlite3.Connection, synchronous: Synchronous
    ) -> None:
        self._path = path.absolute()
        self._full = synchronous == "FULL"
        self._synchronous = synchronous
        """What the next transaction will be."""
        self._inode = os.stat(path).st_ino  # noqa: PTH116 - the cheap call, made before every batch
        self._writing, self._reading = writing, reading
        self._writer = Worker("sqlite-writer", self._write_batch)
        self._reader = Worker("sqlite-reader", self._read_batch)

    @classmethod
    async def open(cls, path: Path, synchronous: Synchronous = "FULL") -> Database:
        """Open the file, made when missing, and bring its tables up to date.

        Args:
            path: the file; its folder is made when missing, both for their owner only.
            synchronous: FULL keeps every acknowledged write through a power cut, NORMAL through crashes of processes.

        Raises:
            StoreUnavailable: says in words what is wrong with the file.
        """
        writing, reading = await asyncio.to_thread(_connect_twice, path, synchronous)
        return cls(path, writing, reading, synchronous)

    async def write(self, work: Work[T], *, lasting: bool = True) -> T:
        """Run it in a transaction; its result once that is on disk or, unless `lasting`, safe from this process' end.

        Raises:
            StoreUnavailable: it could not be written.
        """
        result: T = await self._writer.do(work, lasting=lasting)
        return result

    def begin(self, work: Work[Any], then: Then, *, lasting: bool = True) -> None:
        """Write without the event loop; may be called on any thread.

        Args:
            work: runs in a transaction.
            then: told on the writer's thread what came of it, once it is on disk. Nobody watches how long that takes.
            lasting: whether it has to outlive a power cut; one that has not outlives this process, and is on disk with
                the next write that has to.
        """
        self._writer.begin(work, then, lasting=lasting)

    async def read(self, work: Work[T]) -> T:
        """Run it on what is committed.

        Raises:
            StoreUnavailable: it could not be read.
        """
        result: T = await self._reader.do(work)
        return result

    async def close(self) -> None:
        """Finish what is queued and close the file. May be repeated."""
        await self._writer.close()
        await self._reader.close()
        await asyncio.to_thread(self._close_connections)

    def _close_connections(self) -> None:
        self._reading.close()
        self._writing.close()

    def _write_batch(self, jobs: list[Job]) -> None:
        self._check_file()
        self._sync(fully=self._full and any(job.lasting for job in jobs))
        commit_together(self._writing, self._path, jobs)

    def _sync(self, *, fully: bool) -> None:
        """Have the next transaction wait for the disk, or not."""
        wanted: Synchronous = "FULL" if fully else "NORMAL"
        if self._synchronous != wanted:
            self._writing.execute(f"PRAGMA synchronous = {wanted}")
            self._synchronous = wanted

    def _read_batch(self, jobs: list[Job]) -> None:
        self._check_file()
        for job in jobs:
            try:
                job.result = patiently(lambda work=job.work: work(self._reading))
            except sqlite3.DatabaseError as error:
                job.error = unavailable(error, self._path)
            except Exception as error:  # noqa: BLE001 - it is raised to the caller of this job
                job.error = error

    def _check_file(self) -> None:
        """Raises StoreUnavailable when the file was removed or replaced: SQLite would go on writing to the lost one."""
        try:
            same = os.stat(self._path).st_ino == self._inode  # noqa: PTH116 - see above
        except OSError:
            same = False
        if not same:
            raise StoreUnavailable(
                "The database was removed or replaced while in use: put it back, or restart the gateway.",
                inside=self._path,
            )


def _connect_twice(path: Path, synchronous: Synchronous) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    writing = connect(path, synchronous)
    try:
        migrate(writing, path)
        return writing, connect(path, synchronous, query_only=True)
    except StoreUnavailable:
        writing.close()
        raise
