import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from session_host.whatsapp import secret_log
from session_host.whatsapp.secret_log import is_paired, message_id_of, numbers_of, opened_by_library, secrets_of

SECRET = bytes(range(32))


@pytest.fixture(params=["here", "by a child"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A path, read in this process or, as what the library has had open, by a process of its own."""
    monkeypatch.setattr(secret_log, "_opened", set())
    path = str(tmp_path / "what's up?.db")
    if request.param == "by a child":
        opened_by_library(path)
    return path


def test_what_a_database_tells(database: str) -> None:
    """The id of a message by its secret, and whether there is a pairing, also from what is only in the WAL."""
    with closing(sqlite3.connect(database)) as library:
        library.execute("PRAGMA journal_mode = WAL")
        library.execute("CREATE TABLE whatsmeow_device (jid TEXT, lid TEXT)")
        library.execute("CREATE TABLE whatsmeow_message_secrets (message_id TEXT, key BLOB)")
        library.commit()
        assert (is_paired(database), message_id_of(database, SECRET)) == (False, None)
        library.execute("INSERT INTO whatsmeow_device (jid) VALUES ('628@s.whatsapp.net')")
        library.execute("INSERT INTO whatsmeow_message_secrets VALUES ('3EB0AA', ?)", (SECRET,))
        library.commit()
        assert (is_paired(database), message_id_of(database, SECRET)) == (True, "3EB0AA")
        assert message_id_of(database, bytes(32)) is None


def test_what_completes_an_event(database: str) -> None:
    """The numbers of LIDs that are known, and the secrets of messages with an id."""
    with closing(sqlite3.connect(database)) as library:
        library.execute("CREATE TABLE whatsmeow_lid_map (lid TEXT PRIMARY KEY, pn TEXT)")
        library.execute("CREATE TABLE whatsmeow_message_secrets (message_id TEXT, key BLOB)")
        library.execute("INSERT INTO whatsmeow_lid_map VALUES ('9001', '628123'), ('9002', '628999')")
        library.execute("INSERT INTO whatsmeow_message_secrets VALUES ('3EB0AA', ?), ('3EB0BB', x'00')", (SECRET,))
        library.commit()
    assert numbers_of(database, frozenset({"9001@lid", "9003@lid"})) == {"9001@lid": "628123"}
    assert numbers_of(database, frozenset()) == {}
    assert secrets_of(database, frozenset({"3EB0AA", "'; DROP TABLE whatsmeow_lid_map; --"})) == {"3EB0AA": [SECRET]}


def test_a_database_that_is_not_there_yet(database: str) -> None:
    """No pairing and no message: the library has not made it, or not its tables."""
    assert not is_paired(database)
    sqlite3.connect(database).close()
    assert message_id_of(database, SECRET) is None


def test_a_database_that_cannot_be_read(database: str) -> None:
    """An error, not a claim that something is not there."""
    Path(database).write_bytes(b"rubbish" * 1000)
    with pytest.raises(sqlite3.Error):
        is_paired(database)
