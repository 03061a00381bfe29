"""A damaged journal is set aside; one that is whole stays."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from session_host.disk.damage import damage_of, set_aside_if_damaged
from session_host.inbound.journal import Journal
from shared.contracts.events import MessageReceived


def an_event(number: int) -> MessageReceived:
    return MessageReceived(
        at=number, id=f"M{number}", chat="1@s.whatsapp.net", from_number="1", from_lid=None, from_me=False,
        timestamp=number, type="text", text="x" * 500,
    )  # fmt: skip


def filled(path: Path) -> Path:
    with closing(Journal(path, synchronous="NORMAL")) as journal:
        for number in range(200):
            journal.append("ses_1", an_event(number))
    return path


def test_a_whole_journal_stays(tmp_path: Path) -> None:
    """With everything in it; one that is not there is none that is damaged."""
    path = filled(tmp_path / "0.db")
    assert set_aside_if_damaged(path) is None
    with closing(Journal(path, synchronous="NORMAL")) as journal:
        assert journal.waiting("applied") == 200
    assert set_aside_if_damaged(tmp_path / "1.db") is None
    assert not (tmp_path / "1.db").exists()


def spoil_all(content: bytearray) -> None:
    content[:] = b"no database" * (len(content) // 11)


def spoil_the_end(content: bytearray) -> None:
    content[8192:] = b"\xff" * (len(content) - 8192)


@pytest.mark.parametrize("spoil", [spoil_all, spoil_the_end])
def test_a_damaged_one_is_kept_under_another_name(tmp_path: Path, spoil: object) -> None:
    """All of it, with what belongs to it; a new journal takes its place."""
    path = filled(tmp_path / "0.db")
    content = bytearray(path.read_bytes())
    assert callable(spoil)
    spoil(content)
    path.write_bytes(content)
    assert damage_of(path)
    aside = set_aside_if_damaged(path)
    assert aside is not None
    assert aside.read_bytes() == bytes(content)
    assert not path.exists()
    with closing(Journal(path, synchronous="NORMAL")) as journal:
        assert journal.append("ses_1", an_event(1)) == 1


def test_a_journal_that_is_only_busy_is_not_damaged(tmp_path: Path) -> None:
    """Whoever cannot say so raises, and nothing is moved."""
    path = filled(tmp_path / "0.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError):
            set_aside_if_damaged(path)
    assert path.exists()
