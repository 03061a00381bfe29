"""The journal: what it took is there after any death, in order."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from session_host.journal import Journal, JournalUnwritable
from shared.contracts.events import MessageReceived
from tests.session_host.gateway_host import ROOT

WRITER = """
import sys, time
from pathlib import Path
from session_host.journal import Journal
from tests.session_host.test_journal import message
journal = Journal(Path(sys.argv[1]), synchronous=sys.argv[2])
while True:
    print(journal.append("ses_one", message("x")), flush=True)
"""


def message(text: str) -> MessageReceived:
    return MessageReceived(
        at=1, id="A", chat="1@s.whatsapp.net", from_number="1", from_lid=None, from_me=False, timestamp=1,
        type="text", text=text,
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
    assert [entry.seq for entry in journal.read(after=0, limit=100_000)][:acknowledged] == list(
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
    seqs = [entry.seq for entry in journal.read(after=0, limit=1000)]
    assert seqs == list(range(1, 401))
    journal.remove(seqs)
    assert journal.append("ses_one", message("y")) == 401
    assert [entry.parse() for entry in journal.read(after=0, limit=10)] == [message("y")]
    journal.close()


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
