"""The journal of a shard: what its sessions were told, on disk before the WhatsApp library's callback returns.

WhatsApp counts a message as delivered when the library has it, so whatever is not on disk a moment later is lost with
the process. One SQLite file for each slot, written ahead (WAL): a commit is a `write` to the kernel, which survives
every death of the process. With `synchronous=FULL` the entry is then brought to the disk, which survives a power cut,
and only then the callback returns; entries of other sessions are written meanwhile, however slow the disk is. What
marks entries as applied or published is not brought to the disk: both may be done twice. The journal follows the
setting of the rows (`WAGATE_SQLITE_SYNCHRONOUS`).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import structlog

from session_host.disk.written_together import Disk
from session_host.inbound import statements as sql
from session_host.inbound.entry import STAGES, Entry, Stage
from session_host.inbound.journal_file import open_journal
from shared.contracts.event import Event
from shared.ids import now_ms

_log = structlog.get_logger()

_AT_ONCE = 2000
"""Entries that are looked at in one go: who appends waits no longer than that takes."""
_NO_LIMIT = -1
_WRITE_AGAIN = 0.2


class JournalUnwritable(Exception):  # noqa: N818 - it says what is
    """An event could not be written down (the disk is full, for example): it is lost when the process ends now."""


class Journal:
    """Append from any thread; read, mark and set aside from any other.

    An entry is removed once it is applied and published; neither waits for the other.
    """

    def __init__(
        self,
        path: Path,
        *,
        synchronous: Literal["FULL", "NORMAL"],
        on_append: Callable[[], object] = lambda: None,
        on_hold: Callable[[], object] = lambda: None,
        on_announce: Callable[[], object] = lambda: None,
    ) -> None:
        """Open or make the file.

        `on_append` is called after each entry, on the thread that appended; `on_hold` after one that is held,
        `on_announce` after those that are only to be published.
        """
        self._on_announce = on_announce
        self._on_append = on_append
        self._on_hold = on_hold
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._writer = open_journal(path)
        self.id, self.position, self.inherited = self._writer.execute(sql.WHO).fetchone()
        self._disk = Disk(path.with_name(f"{path.name}-wal")) if synchronous == "FULL" else None
        self._read_lock = threading.Lock()
        self._reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.id: str
        """Made with the file, for ever: with the number of an entry it names an event."""
        self.position: int
        """Of the log of events: what was published and is not marked stands behind it."""
        self.inherited: int
        """The last entry that an earlier process wrote."""
        self.failure: str | None = None
        """Why the last append failed; None when it did not."""

    def append(self, session_uid: str, event: Event, raw: bytes | None = None, *, held: bool = False) -> int:
        """Write an event down; when this returns it survives the process (and the power). Its number, which only rises.

        What is `held` is neither applied nor published until it is released, and nothing that comes after it is.

        Raises:
            JournalUnwritable: it is not written. Said in the log once, until an append succeeds again.
        """
        body = event.__pydantic_serializer__.to_json(event)
        try:
            with self._lock:
                seq = self._writer.execute(
                    "INSERT INTO entry (session_uid, event, raw, held) VALUES (?, ?, ?, ?)",
                    (session_uid, body, raw, held),
                ).lastrowid
        except sqlite3.Error as error:
            raise self._refused(error) from error
        self._takes_again()
        if seq is None:
            raise JournalUnwritable("SQLite gave the entry no number")
        (self._on_hold if held else self._on_append)()
        if self._disk is not None:
            self._disk.bring()
        return seq

    def announce(self, events: Sequence[tuple[str, Event]]) -> None:
        """Write down what is only to be published, as `append_all`. Raises JournalUnwritable."""
        self._write(events, self._on_announce, applied=True)

    def append_all(self, events: Sequence[tuple[str, Event]]) -> None:
        """As `append`, of these sessions: all of it or nothing. Raises JournalUnwritable."""
        self._write(events, self._on_append, applied=False)

    def _write(self, events: Sequence[tuple[str, Event]], then: Callable[[], object], *, applied: bool) -> None:
        rows = [(uid, event.__pydantic_serializer__.to_json(event), applied) for uid, event in events]
        try:
            with self._lock, self._writer:
                self._writer.execute("BEGIN")
                self._writer.executemany("INSERT INTO entry (session_uid, event, applied) VALUES (?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise self._refused(error) from error
        self._takes_again()
        then()
        if self._disk is not None:
            self._disk.bring()

    def keep(self, session_uid: str, event: Event, raw: bytes | None = None, *, held: bool = False) -> None:
        """As `append`, tried until it is written or given up: for an event that nobody can give again.

        The library's thread waits here while the disk is full. Some hundred events of its client wait behind it in the
        process; then it acknowledges no more, and WhatsApp keeps the messages.
        """
        while not self._closing.is_set():
            try:
                self.append(session_uid, event, raw, held=held)
            except JournalUnwritable:
                self._closing.wait(_WRITE_AGAIN)
            else:
                return

    def give_up(self) -> None:
        """Let go of who waits in `keep`: their sessions have to be closed, and WhatsApp must be told nothing more."""
        self._closing.set()

    def read(self, stage: Stage, *, after: int, limit: int) -> list[Entry]:
        """Entries that wait to be applied or published, in the order they were written."""
        with self._read_lock:
            rows = self._reader.execute(sql.READ[stage], (after, limit)).fetchall()
        return [Entry(*row) for row in rows]

    def held(self, *, limit: int) -> list[Entry]:
        """Entries of which something is to be looked up, the oldest first."""
        with self._read_lock:
            rows = self._reader.execute(sql.HELD, (limit,)).fetchall()
        return [Entry(*row) for row in rows]

    def to_apply(self, kind: str) -> list[Entry]:
        """Entries of a kind that wait to be applied, whatever is before them."""
        with self._read_lock:
            return [Entry(*row) for row in self._reader.execute(sql.OF_KIND, (kind,))]

    def find(self, session_uid: str, message_id: str) -> Entry | None:
        """The entry of a message of WhatsApp's id, among the last 2,000; None when it is not there any more."""
        with self._read_lock:
            row = self._reader.execute(sql.FIND, (session_uid, message_id)).fetchone()
        return None if row is None else Entry(*row)

    def release(self, completed: Sequence[tuple[int, bytes]]) -> None:
        """Let held entries be applied and published: the number of each, and its event, as JSON.

        Raises:
            JournalUnwritable: they are still held.
        """
        try:
            with self._lock, self._writer:
                self._writer.execute("BEGIN")
                self._writer.executemany(sql.RELEASE, [(event, seq) for seq, event in completed])
        except sqlite3.Error as error:
            raise JournalUnwritable(str(error)) from error
        self._on_append()

    def mark(self, stage: Stage, seqs: Sequence[int], *, position: int | None = None) -> None:
        """Note that entries have been applied or published, and up to where; those that are both by now are removed.

        Raises:
            JournalUnwritable: nothing is noted.
        """
        numbers = [(seq,) for seq in seqs]
        try:
            with self._lock, self._writer:  # the connection's own context commits, or rolls back
                self._writer.execute("BEGIN")
                self._writer.executemany(sql.MARK[stage], numbers)
                self._writer.executemany(sql.REMOVE_FINISHED, numbers)
                if position is not None:
                    self._writer.execute("UPDATE journal SET position = ?", (position,))
                    self.position = position
        except sqlite3.Error as error:
            raise JournalUnwritable(str(error)) from error

    def set_aside(self, stage: Stage, seq: int, why: str) -> None:
        """Keep an entry that can never be applied, or published, out of the way of the others.

        Raises:
            JournalUnwritable: it is still in the way.
        """
        try:
            with self._lock:
                self._writer.execute(sql.SET_ASIDE[stage], (why, now_ms(), seq))
        except sqlite3.Error as error:
            raise JournalUnwritable(str(error)) from error

    def prune(self, *, before: int, keep: int) -> int:
        """Remove entries that were set aside before this time, and the oldest beyond this number; how many.

        Only such as wait for nothing else. Raises JournalUnwritable.
        """
        try:
            with self._lock:
                return self._writer.execute(sql.PRUNE, (before, keep)).rowcount
        except sqlite3.Error as error:
            raise JournalUnwritable(str(error)) from error

    def forget(self, session_uid: str) -> None:
        """Remove everything of a session that is being deleted. Others append meanwhile."""
        done = 0
        while True:
            with self._lock:
                (last,) = self._writer.execute(sql.NEXT_PART, (done, _AT_ONCE)).fetchone()
                if last is None:
                    return
                self._writer.execute(sql.FORGET, (done, last, session_uid))
            done = last

    def waiting(self, stage: Stage, *, at_most: int | None = None) -> int:
        """How many entries wait to be applied, or published; counted up to `at_most`."""
        with self._read_lock:
            (count,) = self._reader.execute(sql.COUNT[stage], (_NO_LIMIT if at_most is None else at_most,)).fetchone()
        return int(count)

    @property
    def waits(self) -> bool:
        """Whether any entry waits to be completed, applied or published."""
        return bool(self.held(limit=1)) or any(self.read(stage, after=0, limit=1) for stage in STAGES)

    def oldest(self, stage: Stage) -> int | None:
        """When the oldest entry that waits was written, in milliseconds since 1970; None when none waits."""
        for entry in self.read(stage, after=0, limit=1):
            try:
                return entry.at
            except ValueError:  # it is set aside in a moment
                return None
        return None

    def _refused(self, error: sqlite3.Error) -> JournalUnwritable:
        if self.failure is None:
            _log.error("journal_unwritable", error=str(error))
        self.failure = str(error)
        return JournalUnwritable(str(error))

    def _takes_again(self) -> None:
        if self.failure is not None:
            _log.info("journal_writable_again")
            self.failure = None

    def close(self) -> None:
        """Close the file. May be repeated."""
        self.give_up()
        with self._lock, self._read_lock:
            self._reader.close()
            self._writer.close()
        if self._disk is not None:
            self._disk.close()
