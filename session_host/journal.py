"""The journal of a shard: what its sessions were told, on disk before the WhatsApp library's callback returns.

WhatsApp counts a message as delivered when the library has it, so whatever is not on disk a moment later is lost with
the process. One SQLite file for each slot, written ahead (WAL): a commit is a `write` to the kernel, which survives
every death of the process; with `synchronous=FULL` also an `fsync`, which survives a power cut. Measured on the
development machine: 13 µs and 114 µs for an entry; both are paid on the library's callback thread, not on the event
loop. The journal follows the setting of the rows (`WAGATE_SQLITE_SYNCHRONOUS`), so that one sentence describes both.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import structlog

from shared.contracts.events import EVENT, AnyEvent

_log = structlog.get_logger()

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, even when every entry has been removed
    session_uid TEXT NOT NULL,
    event BLOB NOT NULL,
    set_aside TEXT -- why it cannot be applied; such an entry is kept and skipped
) STRICT
"""
_LARGEST_IDLE_FILE = 4 * 1024 * 1024


class JournalUnwritable(Exception):  # noqa: N818 - it says what is
    """An event could not be written down (the disk is full, for example): it is lost when the process ends now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of one session; `event` is JSON (`shared.contracts.events`)."""

    seq: int
    session_uid: str
    event: bytes

    def parse(self) -> AnyEvent:
        """The event; raises ValueError when it is none this version knows."""
        return EVENT.validate_json(self.event)


class Journal:
    """Append from any thread; read, remove and set aside from any other."""

    def __init__(
        self, path: Path, *, synchronous: Literal["FULL", "NORMAL"], on_append: Callable[[], object] = lambda: None
    ) -> None:
        """Open or make the file; `on_append` is called after each entry, on the thread that appended."""
        self._on_append = on_append
        self._lock = threading.Lock()
        self._writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._writer.execute("PRAGMA journal_mode=WAL")
        self._writer.execute(f"PRAGMA synchronous={synchronous}")
        self._writer.execute(f"PRAGMA journal_size_limit={_LARGEST_IDLE_FILE}")
        self._writer.execute(_SCHEMA)
        self._read_lock = threading.Lock()
        self._reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.failure: str | None = None
        """Why the last append failed; None when it did not."""

    def append(self, session_uid: str, event: AnyEvent) -> int:
        """Write an event down; when this returns it survives the process. Its number, which only rises.

        Raises:
            JournalUnwritable: it is not written. Said in the log once, until an append succeeds again.
        """
        body = event.__pydantic_serializer__.to_json(event)
        try:
            with self._lock:
                seq = self._writer.execute(
                    "INSERT INTO entry (session_uid, event) VALUES (?, ?)", (session_uid, body)
                ).lastrowid
        except sqlite3.Error as error:
            if self.failure is None:
                _log.error("journal_unwritable", error=str(error))
            self.failure = str(error)
            raise JournalUnwritable(str(error)) from error
        if self.failure is not None:
            _log.info("journal_writable_again")
            self.failure = None
        if seq is None:
            raise JournalUnwritable("SQLite gave the entry no number")
        self._on_append()
        return seq

    def read(self, *, after: int, limit: int) -> list[Entry]:
        """Entries that wait to be applied, in the order they were written."""
        with self._read_lock:
            rows = self._reader.execute(
                "SELECT seq, session_uid, event FROM entry WHERE seq > ? AND set_aside IS NULL ORDER BY seq LIMIT ?",
                (after, limit),
            ).fetchall()
        return [Entry(*row) for row in rows]

    def remove(self, seqs: Sequence[int]) -> None:
        """Forget entries that have been applied.

        Raises:
            JournalUnwritable: they are still there.
        """
        try:
            with self._lock, self._writer:  # the connection's own context commits, or rolls back
                self._writer.execute("BEGIN")
                self._writer.executemany("DELETE FROM entry WHERE seq = ?", [(seq,) for seq in seqs])
        except sqlite3.Error as error:
            raise JournalUnwritable(str(error)) from error

    def set_aside(self, seq: int, why: str) -> None:
        """Keep an entry that can never be applied out of the way of the others."""
        with self._lock:
            self._writer.execute("UPDATE entry SET set_aside = ? WHERE seq = ?", (why, seq))

    def forget(self, session_uid: str) -> None:
        """Remove everything of a session that is being deleted."""
        with self._lock:
            self._writer.execute("DELETE FROM entry WHERE session_uid = ?", (session_uid,))

    def waiting(self) -> int:
        """How many entries wait to be applied."""
        with self._read_lock:
            (count,) = self._reader.execute("SELECT count(*) FROM entry WHERE set_aside IS NULL").fetchone()
        return int(count)

    def close(self) -> None:
        """Close the file. May be repeated."""
        with self._lock, self._read_lock:
            self._reader.close()
            self._writer.close()
