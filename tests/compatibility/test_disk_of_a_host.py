"""What is on the disk of a host whose version changes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from session_host.auth_sync.export import unseal
from session_host.auth_sync.owner_file import OWNER_FILE, FolderOwner
from session_host.disk.session_files import DATABASE, KEY_FILE
from session_host.inbound.journal import Journal
from shared.contracts.events import EVENT
from tests.compatibility.record import PASSPHRASE


def test_an_older_journal_is_read_and_gone_on_with(samples: Path, tmp_path: Path) -> None:
    """Its entries are applied and published by the version that finds it, under the names they had."""
    path = tmp_path / "0.db"
    path.write_bytes((samples / "journal.db").read_bytes())
    with closing(sqlite3.connect(path)) as rows:
        (identity,) = rows.execute("SELECT id FROM journal").fetchone()
    read_and_go_on(path, identity)


def test_a_newer_journal_is_read_and_gone_on_with(samples: Path, tmp_path: Path) -> None:
    """One with a column more, by a version that goes back; an event that it does not know holds nothing up."""
    path = tmp_path / "0.db"
    path.write_bytes((samples / "journal.db").read_bytes())
    Journal(path, synchronous="NORMAL").close()  # brings it to this version, as a newer one did before it changed more
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("ALTER TABLE entry ADD COLUMN from_the_future TEXT")
        rows.execute("ALTER TABLE journal ADD COLUMN from_the_future TEXT")
        rows.execute("PRAGMA user_version = 99")
        (identity,) = rows.execute("SELECT id FROM journal").fetchone()
        rows.execute("INSERT INTO entry (session_uid, event) VALUES ('ses_1', ?)", (b'{"kind":"hologram","at":4}',))
        rows.commit()
    read_and_go_on(path, identity, unknown=1)


def read_and_go_on(path: Path, identity: str, unknown: int = 0) -> None:
    journal = Journal(path, synchronous="NORMAL")
    try:
        assert journal.id == identity
        entries = journal.read("applied", after=0, limit=9)
        known, later = entries[:4], entries[4:]
        events = [entry.parse() for entry in known]
        assert [entry.raw for entry in known] == [b"\x0a\x04Halo", b"\x0a\x04Halo", None, None]
        kinds = ["message_received", "message_received", "receipt_received", "session_changed"]
        assert [event.kind for event in events] == [entry.kind for entry in known] == kinds
        assert [entry.seq for entry in journal.read("published", after=0, limit=9)] == [2, 3, 4, 5][: 3 + unknown]
        assert len(later) == unknown
        for entry in later:
            assert entry.kind == "hologram"
            with pytest.raises(ValueError, match="hologram"):
                entry.parse()
            journal.set_aside("applied", entry.seq, "not known")
        assert journal.append("ses_1", events[0]) == 5 + unknown
        seqs = [1, 2, 3, 4, 5 + unknown]
        journal.mark("applied", seqs)
        journal.mark("published", seqs)
        assert journal.read("applied", after=0, limit=9) == []
    finally:
        journal.close()


def _holds(now: Any, said: Any) -> bool:
    """Whether all that was said is still there, at every depth; there may be more."""
    if isinstance(said, dict):
        return isinstance(now, dict) and all(name in now and _holds(now[name], value) for name, value in said.items())
    return now == said


def test_events_are_understood(samples: Path, tmp_path: Path, news: dict[str, Any]) -> None:
    """Those of a journal, which are the same bytes in the log of events."""
    path = tmp_path / "0.db"
    path.write_bytes((samples / "journal.db").read_bytes())
    with closing(sqlite3.connect(path)) as rows:
        for (body,) in rows.execute("SELECT event FROM entry").fetchall():
            said = orjson.loads(body)
            event = EVENT.validate_json(orjson.dumps(said | news))
            assert _holds(orjson.loads(event.model_dump_json()), said)


def test_the_owner_of_a_folder_is_known(samples: Path, tmp_path: Path, news: dict[str, Any]) -> None:
    """Else a host that goes on after the other version would take its own disk for one that may be old."""
    said = orjson.loads((samples / OWNER_FILE).read_bytes())
    (tmp_path / OWNER_FILE).write_bytes(orjson.dumps(said | news))
    owner = FolderOwner.read(tmp_path)
    assert owner == FolderOwner("host_a", 1, "a-boot", certain=True)
    owner.write(tmp_path)
    assert said.items() <= orjson.loads((tmp_path / OWNER_FILE).read_bytes()).items()  # for who follows


def test_an_exported_pairing_is_opened(samples: Path) -> None:
    """With its passphrase."""
    files = unseal((samples / "export.bin").read_bytes(), PASSPHRASE)
    assert files.keys() == {DATABASE, KEY_FILE}
