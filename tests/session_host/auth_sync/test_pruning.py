"""Message secrets that are not kept any more: removed beside whoever has the database open."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from session_host.auth_sync.copies import Copier, CopyFailed
from session_host.auth_sync.pruning import Kept, prune

_DAY = 86_400_000
_TABLE = """
    CREATE TABLE whatsmeow_message_secrets (
        our_jid TEXT, chat_jid TEXT, sender_jid TEXT, message_id TEXT, key bytea NOT NULL,
        PRIMARY KEY (our_jid, chat_jid, sender_jid, message_id)
    )
"""
_EVERYTHING = Kept(max_age=30 * _DAY, most=1_000_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def library(folder: Path) -> Iterator[sqlite3.Connection]:
    """Another connection, which stays open, as the library's does."""
    with closing(sqlite3.connect(folder / "whatsapp.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = incremental")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(_TABLE)
        yield connection


def send(library: sqlite3.Connection, first: int, count: int) -> None:
    """Write the secrets of messages, as the library does before a frame leaves."""
    library.execute("BEGIN IMMEDIATE")
    library.executemany(
        "INSERT INTO whatsmeow_message_secrets VALUES ('us', 'chat', 'us', ?, zeroblob(200))",
        [(f"{number:08}",) for number in range(first, first + count)],
    )
    library.execute("COMMIT")


def kept(library: sqlite3.Connection) -> list[int]:
    """The messages whose secret is there."""
    found = library.execute("SELECT message_id FROM whatsmeow_message_secrets ORDER BY message_id").fetchall()
    return [int(message) for (message,) in found]


def prune_all(folder: Path, limits: Kept, now: int) -> int:
    """All steps; how many it took."""
    steps = 0
    while prune(folder / "whatsapp.db", limits, now):
        steps += 1
    return steps


def test_what_is_old_goes_and_the_rest_stays(folder: Path, library: sqlite3.Connection) -> None:
    """Rows have no time: they are as old as the newest mark that was made after them."""
    send(library, 0, 500)
    assert prune_all(folder, _EVERYTHING, now=0) == 0
    send(library, 500, 100)
    assert prune_all(folder, _EVERYTHING, now=20 * _DAY) == 0
    send(library, 600, 50)
    assert prune_all(folder, _EVERYTHING, now=30 * _DAY - 1) == 0
    assert prune_all(folder, _EVERYTHING, now=30 * _DAY) == 3
    assert kept(library) == list(range(500, 650))
    prune_all(folder, _EVERYTHING, now=51 * _DAY)
    assert kept(library) == list(range(600, 650))


def test_the_newest_are_kept_by_number(folder: Path, library: sqlite3.Connection) -> None:
    """However many there are: the database has an end, and what is being sent is among the newest."""
    send(library, 0, 3000)
    prune_all(folder, Kept(max_age=30 * _DAY, most=1000), now=0)
    assert kept(library) == list(range(2000, 3000))


def test_the_file_becomes_smaller(folder: Path, library: sqlite3.Connection) -> None:
    """Pages are given back step by step, and what was removed is in no copy."""
    send(library, 0, 20_000)
    library.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = (folder / "whatsapp.db").stat().st_size
    assert before > 5_000_000
    prune_all(folder, Kept(max_age=30 * _DAY, most=1000), now=0)
    library.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (folder / "whatsapp.db").stat().st_size < before / 8
    assert library.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_marks_do_not_pile_up(folder: Path, library: sqlite3.Connection) -> None:
    """One an hour at most, and none older than what it is for."""
    for hour in range(24 * 40):
        send(library, hour, 1)
        prune_all(folder, _EVERYTHING, now=hour * 3_600_000)
        prune_all(folder, _EVERYTHING, now=hour * 3_600_000 + 1000)
    (marks,) = library.execute("SELECT count(*) FROM wagate_secret_marks").fetchone()
    assert marks <= 24 * 30 + 2
    assert len(kept(library)) <= 24 * 30 + 2


def test_a_write_that_is_under_way_is_not_waited_for_long(folder: Path, library: sqlite3.Connection) -> None:
    """The step is given up; nothing was changed."""
    send(library, 0, 500)
    library.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        prune(folder / "whatsapp.db", Kept(max_age=0, most=1), now=0)
    library.execute("COMMIT")
    assert len(kept(library)) == 500


async def test_the_copier_prunes_while_the_library_writes(folder: Path, library: sqlite3.Connection) -> None:
    """In its own process; no write of the library fails, and none of what it writes meanwhile is lost."""
    send(library, 0, 5000)
    stop = threading.Event()
    written = 5000

    def go_on() -> None:
        nonlocal written
        with closing(sqlite3.connect(folder / "whatsapp.db", isolation_level=None, timeout=10)) as connection:
            while not stop.is_set():
                send(connection, written, 1)
                written += 1

    writing = threading.Thread(target=go_on)
    copier = Copier()
    writing.start()
    try:
        removed = 0
        while removed < 4000:
            try:
                removed += await copier.prune(folder, Kept(max_age=30 * _DAY, most=1000), now=0)
            except CopyFailed as error:
                assert "locked" in str(error)  # noqa: PT017 - the step is tried again
    finally:
        stop.set()
        writing.join()
        await copier.close()
    assert kept(library)[-1] == written - 1
    assert kept(library) == list(range(kept(library)[0], written))


async def test_a_folder_without_a_database_is_left_alone(folder: Path) -> None:
    """A session that was never paired."""
    copier = Copier()
    try:
        with pytest.raises(CopyFailed):
            await copier.prune(folder, _EVERYTHING, now=0)
    finally:
        await copier.close()
    assert not (folder / "whatsapp.db").exists()
