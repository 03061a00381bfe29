import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from session_host.disk.session_files import DATABASE, KEY_FILE
from session_host.outbound.in_doubt import Trace, left_again, trace_of
from session_host.session.message_secret import MessageSecrets
from shared.ids import now_ms

LEFT, NEVER = "msg_left", "msg_never"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A paired session's folder, whose log knows one message of ours."""
    secrets = MessageSecrets.load(tmp_path / KEY_FILE)
    with closing(sqlite3.connect(tmp_path / DATABASE)) as database, database:
        database.execute("CREATE TABLE whatsmeow_device (jid TEXT, lid TEXT)")
        database.execute("INSERT INTO whatsmeow_device (jid) VALUES ('628@s.whatsapp.net')")
        database.execute("CREATE TABLE whatsmeow_message_secrets (message_id TEXT, key BLOB)")
        database.execute("INSERT INTO whatsmeow_message_secrets VALUES ('3EB0AA', ?)", (secrets.of(LEFT),))
    return tmp_path


def test_the_log_tells_what_left_and_what_never_did(folder: Path) -> None:
    """WhatsApp's id of the one, the certainty that no frame of the other was written."""
    begun = now_ms() + 1
    assert trace_of(folder, LEFT, begun) == "3EB0AA"
    assert trace_of(folder, NEVER, begun) is Trace.NEVER_LEFT


def test_a_message_that_was_sent_once_more_has_the_later_id(folder: Path) -> None:
    """It has the same secret again; with the id of before, the second time never left."""
    secrets = MessageSecrets.load(folder / KEY_FILE)
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute("INSERT INTO whatsmeow_message_secrets VALUES ('3EB0BB', ?)", (secrets.of(LEFT),))
    assert trace_of(folder, LEFT, now_ms() + 1) == "3EB0BB"
    assert left_again("3EB0BB", "3EB0AA") == "3EB0BB"
    assert left_again("3EB0AA", "3EB0AA") is Trace.NEVER_LEFT
    assert left_again("3EB0AA", None) == "3EB0AA"
    assert left_again(Trace.NEVER_LEFT, "3EB0AA") is Trace.NEVER_LEFT
    assert left_again(Trace.NOT_KNOWN, "3EB0AA") is Trace.NOT_KNOWN


def test_a_log_that_cannot_know_says_so(folder: Path) -> None:
    """A newer pairing's key, a database without a pairing, a damaged one, or none: never taken as proof."""
    begun = now_ms() + 1
    assert trace_of(folder, NEVER, begun - 60_000) is Trace.NOT_KNOWN  # the key is younger than the message
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.execute("DELETE FROM whatsmeow_device")
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN
    (folder / DATABASE).write_bytes(os.urandom(8192))
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN
    (folder / DATABASE).unlink()
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN
    (folder / KEY_FILE).unlink()
    assert trace_of(folder, NEVER, begun) is Trace.NOT_KNOWN
