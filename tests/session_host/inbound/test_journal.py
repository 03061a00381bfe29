"""The journal: what it took is there after any death, in order."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from session_host.inbound.entry import Stage
from session_host.inbound.journal import Journal, JournalUnwritable
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Shown
from shared.ids import now_ms
from tests.cli.processes import until
from tests.session_host.gateway_host import ROOT

FIRST_VERSION = """
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again, even when every entry has been removed
    session_uid TEXT NOT NULL,
    event BLOB NOT NULL,
    set_aside TEXT -- why it cannot be applied; such an entry is kept and skipped
) STRICT
"""
"""As wagate 0.1.0 made it."""

WRITER = """
import sys, time
from pathlib import Path
from session_host.inbound.journal import Journal
from tests.session_host.inbound.test_journal import message
journal = Journal(Path(sys.argv[1]), synchronous=sys.argv[2])
while True:
    print(journal.append("ses_one", message("x")), flush=True)
"""


def message(text: str) -> MessageReceived:
    return MessageReceived(
        at=1, id="A", chat="1@s.whatsapp.net", from_number="1", from_lid=None, from_me=False, timestamp=1,
        type="text", content=Shown(message=text),
    )  # fmt: skip


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, synchronous: str) -> None:
    """Every append that returned before SIGKILL is read back by the next process."""
    path = tmp_path / "journal.db"
    command = [sys.executable, "-c", WRITER, str(path), synchronous]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(200):
            acknowledged = int(writer.stdout.readline())
        writer.kill()
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    journal = Journal(path, synchronous="FULL")
    assert [entry.seq for entry in journal.read("applied", after=0, limit=100_000)][:acknowledged] == list(
        range(1, acknowledged + 1)
    )
    journal.close()


def test_threads_append_and_numbers_only_rise(tmp_path: Path) -> None:
    """Callback threads append at the same time; a number is never used again, even after all were removed."""
    journal = Journal(tmp_path / "journal.db", synchronous="NORMAL")
    threads = [
        threading.Thread(target=lambda: [journal.append("ses_one", message("x")) for _ in range(50)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seqs = [entry.seq for entry in journal.read("applied", after=0, limit=1000)]
    assert seqs == list(range(1, 401))
    journal.mark("applied", seqs)
    journal.mark("published", seqs)
    assert journal.append("ses_one", message("y")) == 401
    assert [entry.parse() for entry in journal.read("applied", after=0, limit=10)] == [message("y")]
    journal.close()


@pytest.mark.parametrize("first", ["applied", "published"])
def test_an_entry_leaves_when_it_is_applied_and_published(tmp_path: Path, first: Stage) -> None:
    """In whichever order; what is done once is not given out for that again, by the next process neither."""
    second: Stage = "published" if first == "applied" else "applied"
    path = tmp_path / "journal.db"
    journal = Journal(path, synchronous="NORMAL")
    seqs = [journal.append("ses_one", message("x")) for _ in range(3)]
    journal.mark(first, seqs[:2])
    journal.close()
    journal = Journal(path, synchronous="NORMAL")
    assert [entry.seq for entry in journal.read(first, after=0, limit=10)] == seqs[2:]
    assert [entry.seq for entry in journal.read(second, after=0, limit=10)] == seqs
    journal.mark(second, seqs)
    assert [entry.seq for entry in journal.read(first, after=0, limit=10)] == seqs[2:]
    assert journal.waiting(second) == 0
    assert _rows(journal) == seqs[2:]
    journal.close()


@pytest.mark.parametrize("stage", ["applied", "published"])
def test_what_is_set_aside_is_kept_and_in_nobodys_way(tmp_path: Path, stage: Stage) -> None:
    """It is skipped where it cannot be done, and still done in the other respect."""
    other: Stage = "published" if stage == "applied" else "applied"
    journal = Journal(tmp_path / "journal.db", synchronous="NORMAL")
    seq = journal.append("ses_one", message("x"))
    journal.set_aside(stage, seq, "why")
    assert journal.read(stage, after=0, limit=10) == []
    assert [entry.seq for entry in journal.read(other, after=0, limit=10)] == [seq]
    journal.mark(other, [seq])
    assert _rows(journal) == [seq]
    journal.close()


def test_a_journal_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    """What waited in it waits to be applied and published; what was set aside is published; its id is made once."""
    path = tmp_path / "journal.db"
    old = sqlite3.connect(path)
    old.execute("PRAGMA journal_mode=WAL")
    old.execute(FIRST_VERSION)
    body = message("x").model_dump_json().encode()
    rows = [("ses_one", body, None), ("ses_one", body, "refused"), ("ses_two", body, None)]
    old.executemany("INSERT INTO entry (session_uid, event, set_aside) VALUES (?, ?, ?)", rows)
    old.commit()
    old.close()
    journal = Journal(path, synchronous="FULL")
    assert [entry.seq for entry in journal.read("applied", after=0, limit=10)] == [1, 3]
    assert [entry.seq for entry in journal.read("published", after=0, limit=10)] == [1, 2, 3]
    assert journal.append("ses_one", message("y")) == 4
    identity = journal.id
    journal.close()
    journal = Journal(path, synchronous="FULL")
    assert journal.id == identity
    assert journal.waiting("applied") == 3
    journal.close()


@pytest.mark.parametrize("stage", ["applied", "published"])
def test_what_waits_is_found_in_the_same_time_however_much_there_is(tmp_path: Path, stage: Stage) -> None:
    """Days without NATS: reading, counting and the oldest take as many steps of SQLite with 20,000 entries as with 200.

    All of them but the last few are done in one respect, and wait in the other.
    """
    other: Stage = "published" if stage == "applied" else "applied"
    steps: list[int] = []
    for count in (200, 20_000):
        with closing(Journal(tmp_path / f"{count}.db", synchronous="NORMAL")) as journal:
            body = message("x").model_dump_json().encode()
            journal._writer.execute("BEGIN")
            journal._writer.executemany(
                "INSERT INTO entry (session_uid, event) VALUES (?, ?)", [("ses_one", body)] * count
            )
            journal._writer.execute("COMMIT")
            journal.mark(stage, range(1, count - 9))
            assert journal.waiting(other, at_most=100) == 100
            steps.append(_steps(journal, stage))
    assert steps[0] == steps[1]


def _steps(journal: Journal, stage: Stage) -> int:
    """Instructions of SQLite's virtual machine for one look at what waits."""
    taken = list[int]()
    journal._reader.set_progress_handler(lambda: taken.append(1), 1)
    assert journal.waiting(stage) == 10
    assert journal.oldest(stage) == 1
    assert len(journal.read(stage, after=0, limit=500)) == 10
    return len(taken)


def test_a_session_is_forgotten_however_much_there_is_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Part by part, so that others append meanwhile; what is theirs stays."""
    monkeypatch.setattr("session_host.inbound.journal._AT_ONCE", 3)
    with closing(Journal(tmp_path / "journal.db", synchronous="NORMAL")) as journal:
        for number in range(20):
            journal.append("ses_gone" if number % 4 else "ses_stays", message("x"))
        journal.forget("ses_gone")
        assert _rows(journal) == [1, 5, 9, 13, 17]


def _rows(journal: Journal) -> list[int]:
    return [seq for (seq,) in journal._reader.execute("SELECT seq FROM entry ORDER BY seq")]


def test_what_nobody_can_give_again_waits_for_room(tmp_path: Path) -> None:
    """While the disk is full its thread waits; the entry is written when there is room."""
    journal = Journal(tmp_path / "journal.db", synchronous="FULL")
    (pages,) = journal._writer.execute("PRAGMA page_count").fetchone()
    journal._writer.execute(f"PRAGMA max_page_count={pages}")
    waiting = threading.Thread(target=journal.keep, args=("ses_one", message("x" * 100_000)), daemon=True)
    waiting.start()
    until(lambda: journal.failure is not None)
    assert waiting.is_alive()
    journal._writer.execute("PRAGMA max_page_count=1000000")
    waiting.join(10)
    assert len(journal.read("applied", after=0, limit=10)) == 1
    journal.close()


def test_a_journal_that_is_closed_lets_go_of_who_waits(tmp_path: Path) -> None:
    """A process that ends does not hang on a full disk."""
    journal = Journal(tmp_path / "journal.db", synchronous="FULL")
    journal._writer.execute("PRAGMA query_only=1")
    waiting = threading.Thread(target=journal.keep, args=("ses_one", message("x")), daemon=True)
    waiting.start()
    until(lambda: journal.failure is not None)
    journal.close()
    waiting.join(10)
    assert not waiting.is_alive()


def test_what_cannot_be_written_raises_and_is_remembered(tmp_path: Path) -> None:
    """A full disk is told to the caller and shown as a failure until an append succeeds again."""
    journal = Journal(tmp_path / "journal.db", synchronous="FULL")
    (pages,) = journal._writer.execute("PRAGMA page_count").fetchone()
    journal._writer.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalUnwritable):
        journal.append("ses_one", message("x" * 100_000))
    assert journal.failure == "database or disk is full"
    journal._writer.execute("PRAGMA max_page_count=1000000")
    journal.append("ses_one", message("x"))
    assert journal.failure is None
    journal.close()


def test_an_entry_survives_the_process_however_slow_the_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written at once, and others after it; who wrote them waits for the disk, once for all that wait."""
    begun, go_on, rounds = threading.Event(), threading.Event(), list[int]()

    def slow(descriptor: int) -> None:
        rounds.append(descriptor)
        begun.set()
        assert go_on.wait(20)

    journal = Journal(tmp_path / "journal.db", synchronous="FULL")
    monkeypatch.setattr("session_host.disk.written_together.os.fdatasync", slow)
    writers = [threading.Thread(target=journal.append, args=(f"ses_{number}", message("x"))) for number in range(8)]
    for writer in writers:
        writer.start()
    assert begun.wait(20)
    with closing(sqlite3.connect(tmp_path / "journal.db")) as other:  # as the next process would
        until(lambda: other.execute("SELECT count(*) FROM entry").fetchone() == (8,))
    assert all(writer.is_alive() for writer in writers)
    journal.mark("applied", [1])
    go_on.set()
    for writer in writers:
        writer.join(20)
    assert not any(writer.is_alive() for writer in writers)
    assert len(rounds) < len(writers)
    journal.close()


def test_a_disk_that_confirms_nothing_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry survives the process; the log says what is not sure."""

    def refuse(_: int) -> None:
        raise OSError(5, "Input/output error")

    journal = Journal(tmp_path / "journal.db", synchronous="FULL")
    monkeypatch.setattr("session_host.disk.written_together.os.fdatasync", refuse)
    with capture_logs() as said:
        assert [journal.append("ses_one", message("x")) for _ in range(2)] == [1, 2]
    assert [line["event"] for line in said] == ["not_brought_to_disk"]
    journal.close()


def test_what_is_set_aside_has_an_end(tmp_path: Path) -> None:
    """By age and by number; what waits for anything else is never removed."""
    with closing(Journal(tmp_path / "0.db", synchronous="NORMAL")) as journal:
        seqs = [journal.append("ses_1", message(str(number))) for number in range(6)]
        for seq in seqs[:5]:
            journal.set_aside("applied", seq, "why")
        journal.mark("published", seqs[:4])
        assert journal.prune(before=0, keep=9) == 0
        assert journal.prune(before=0, keep=3) == 2
        assert [entry.seq for entry in journal.read("published", after=0, limit=9)] == seqs[4:]
        assert journal.prune(before=now_ms() + 1, keep=9) == 2
        assert journal.prune(before=now_ms() + 1, keep=0) == 0
        journal.mark("published", seqs[4:])
        assert journal.prune(before=now_ms() + 1, keep=9) == 1
        assert journal.waiting("applied") == 1
