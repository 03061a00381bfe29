"""What a process that died had opened and perhaps not kept can be opened again; what it had sent is not sent again."""

import hashlib
import hmac
import json
import os
import sqlite3
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from session_host.auth_sync.auth_folder import AuthFolder
from session_host.auth_sync.signal_records import MOST_BACK
from session_host.auth_sync.unsettled import SETTLED_AFTER, UNSETTLED, take_back_unsettled
from session_host.disk.session_files import DATABASE

THEM, GROUP = "777_1:0", "120363@g.us"


def text(key: bytes) -> str:
    return b64encode(key).decode()


def chain(ratchet: str, index: int, key: str = "", own: str | None = None) -> dict[str, Any]:
    return {
        "SenderRatchetKeyPublic": ratchet,
        "SenderRatchetKeyPrivate": own,
        "ChainKey": {"Key": key or f"{ratchet}{index}", "Index": index},
        "MessageKeys": [],
    }


def session(
    receiving: list[dict[str, Any]], sent: int = 1, base: str = "base", root: str = "", own: str = ""
) -> dict[str, Any]:
    """In the order of libsignal's fields."""
    return {
        "SessionState": {
            "PendingPreKey": None,
            "ReceiverChains": receiving,
            "RemoteIdentityPublic": "them",
            "RootKey": root,
            "SenderBaseKey": base,
            "SenderChain": chain("ours", sent, own=own),
        },
        "PreviousStates": [],
    }


def sender_key(iteration: int, private: str | None = None) -> dict[str, Any]:
    state = {"KeyID": 5, "SenderChainKey": {"Iteration": iteration, "ChainKey": f"key {iteration}"}, "Keys": []}
    return {"SenderKeyStates": [{**state, "SigningKeyPrivate": private, "SigningKeyPublic": "sign"}]}


class Library:
    """What the library does to its tables, in their real form."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / DATABASE
        self.database = sqlite3.connect(self.path, isolation_level=None)
        self.database.executescript("""
            PRAGMA journal_mode = WAL;
            CREATE TABLE whatsmeow_sessions (
                our_jid TEXT, their_id TEXT, session bytea, PRIMARY KEY (our_jid, their_id)
            );
            CREATE TABLE whatsmeow_sender_keys (
                our_jid TEXT, chat_id TEXT, sender_id TEXT, sender_key bytea NOT NULL,
                PRIMARY KEY (our_jid, chat_id, sender_id)
            );
            CREATE TABLE whatsmeow_pre_keys (
                jid TEXT, key_id INTEGER CHECK (key_id >= 0), key bytea NOT NULL, uploaded BOOLEAN NOT NULL,
                PRIMARY KEY (jid, key_id)
            );
            INSERT INTO whatsmeow_pre_keys VALUES ('628', 7, 'seven', 1), ('628', 8, 'eight', 1);
        """)

    def has(self, record: dict[str, Any]) -> None:
        self.database.execute(
            "INSERT INTO whatsmeow_sessions VALUES ('628', ?, ?) "
            "ON CONFLICT (our_jid, their_id) DO UPDATE SET session=excluded.session",
            (THEM, json.dumps(record).encode()),
        )

    def has_key(self, record: dict[str, Any]) -> None:
        self.database.execute(
            "INSERT INTO whatsmeow_sender_keys VALUES ('628', ?, ?, ?) "
            "ON CONFLICT (our_jid, chat_id, sender_id) DO UPDATE SET sender_key=excluded.sender_key",
            (GROUP, THEM, json.dumps(record).encode()),
        )

    def uses_pre_key(self, number: int) -> None:
        self.database.execute("DELETE FROM whatsmeow_pre_keys WHERE jid = '628' AND key_id = ?", (number,))

    def session(self) -> dict[str, Any] | None:
        found = self.database.execute("SELECT session FROM whatsmeow_sessions").fetchone()
        return None if found is None else json.loads(found[0])

    def key(self) -> dict[str, Any]:
        return json.loads(self.database.execute("SELECT sender_key FROM whatsmeow_sender_keys").fetchone()[0])

    def pre_keys(self) -> list[tuple[Any, ...]]:
        return self.database.execute("SELECT key_id, key, uploaded FROM whatsmeow_pre_keys ORDER BY key_id").fetchall()

    def noted(self) -> int:
        return int(self.database.execute("SELECT count(*) FROM wagate_moved_last").fetchone()[0])


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path)
    with closing(library.database):
        yield library


def test_what_was_received_is_taken_back_and_what_was_sent_is_not(library: Library) -> None:
    """A counter of ours that is used twice makes the other side drop what is new to it."""
    library.has(session([chain("theirs", 3)], sent=4))
    UNSETTLED.keep(library.path)
    library.has(session([chain("theirs", 4)], sent=4))
    library.has(session([chain("theirs", 4)], sent=5))
    library.has(session([chain("theirs", 5)], sent=5))
    assert take_back_unsettled(library.path) == 1
    assert library.session() == session([chain("theirs", 3)], sent=5)
    assert library.noted() == 0
    assert take_back_unsettled(library.path) == 0


def test_a_turn_that_was_begun_since_is_taken_back_to_its_beginning(library: Library) -> None:
    """The other side has answered: its new chain follows from what the session was, and is not there before."""
    own, theirs, root = X25519PrivateKey.generate(), X25519PrivateKey.generate(), os.urandom(32)
    ratchet = b"\x05" + theirs.public_key().public_bytes_raw()
    shared = own.exchange(X25519PublicKey.from_public_bytes(ratchet[1:]))
    first = HKDF(SHA256(), 64, root, b"WhisperRatchet").derive(shared)[32:]
    second = hmac.digest(first, b"\x02", hashlib.sha256)
    before = session([chain("old", 9)], root=text(root), own=text(own.private_bytes_raw()))
    library.has(before)
    UNSETTLED.keep(library.path)
    library.has(session([chain("old", 9), chain(text(ratchet), 1, text(second))], sent=0, root="next"))
    take_back_unsettled(library.path)
    beginning = chain(text(ratchet), 0, text(first))
    assert library.session() == session([chain("old", 9), beginning], sent=0, root="next")


def test_a_turn_that_does_not_follow_stays(library: Library) -> None:
    """What is not understood is left as it is: at worst one message is lost, and never the chat."""
    library.has(session([], root=text(os.urandom(32)), own=text(X25519PrivateKey.generate().private_bytes_raw())))
    UNSETTLED.keep(library.path)
    public = X25519PrivateKey.generate().public_key().public_bytes_raw()
    now = session([chain(text(b"\x05" + public), 1, text(os.urandom(32)))], sent=2)
    library.has(now)
    assert take_back_unsettled(library.path) == 0
    assert library.session() == now


def test_a_session_that_somebody_new_began_begins_anew(library: Library) -> None:
    """With the pre-key that it was begun with; one that is older and used stays gone."""
    library.uses_pre_key(8)
    UNSETTLED.keep(library.path)
    library.has(session([chain("theirs", 1)], sent=0))
    library.uses_pre_key(7)
    assert take_back_unsettled(library.path) == 1
    assert library.session() is None
    assert library.pre_keys() == [(7, "seven", 1)]


def test_a_session_that_was_answered_stays(library: Library) -> None:
    """The answer was encrypted in it: it goes back as far as is known, and not beyond its beginning."""
    UNSETTLED.keep(library.path)
    library.has(session([chain("theirs", 1)], sent=0))
    library.has(session([chain("theirs", 2)], sent=0))
    library.has(session([chain("theirs", 2)], sent=1))
    take_back_unsettled(library.path)
    assert library.session() == session([chain("theirs", 1)], sent=1)


@pytest.mark.parametrize("nothing", [None, text(bytes(32))])
def test_a_sender_key_of_somebody_else_is_taken_back(library: Library, nothing: str | None) -> None:
    """The library writes none, or zeros, for the private key that it has not."""
    library.has_key(sender_key(6, nothing))
    UNSETTLED.keep(library.path)
    library.has_key(sender_key(7, nothing))
    library.has_key(sender_key(8, nothing))
    assert take_back_unsettled(library.path) == 1
    assert library.key() == sender_key(6, nothing)


def test_our_own_sender_key_stays(library: Library) -> None:
    """What was sent to a group."""
    library.has_key(sender_key(6, text(b"k" * 32)))
    UNSETTLED.keep(library.path)
    library.has_key(sender_key(7, text(b"k" * 32)))
    assert take_back_unsettled(library.path) == 0
    assert library.key() == sender_key(7, text(b"k" * 32))


def test_what_is_only_sent_is_not_noted(library: Library) -> None:
    """A gateway that sends all day writes nothing more for it."""
    library.has(session([chain("theirs", 3)], sent=9))
    UNSETTLED.keep(library.path)
    library.has(session([chain("theirs", 3)], sent=10))
    assert library.noted() == 0


def test_a_chain_goes_back_no_further_than_the_library_goes_ahead(library: Library) -> None:
    """It refuses a message that is 2,000 ahead of its chain."""
    library.has(session([chain("theirs", 0)]))
    UNSETTLED.keep(library.path)
    for index in (MOST_BACK - 1, 2 * MOST_BACK - 1, 2 * MOST_BACK):
        library.has(session([chain("theirs", index)]))
    take_back_unsettled(library.path)
    assert library.session() == session([chain("theirs", 2 * MOST_BACK - 1)])


def test_a_record_of_another_form_stays(library: Library) -> None:
    """A later version of the library."""
    other = b'{"ReceiverChains": 1, "RemoteIdentityPublic": 2}'
    library.has(session([chain("theirs", 0)]))
    UNSETTLED.keep(library.path)
    library.database.execute("UPDATE whatsmeow_sessions SET session = ?", (other,))
    assert library.noted() == 1
    assert take_back_unsettled(library.path) == 0
    assert library.session() == json.loads(other)


def test_what_has_rested_stays(tmp_path: Path) -> None:
    """A process that lived on for seconds has kept it; a look at the folder notes that, and a later move counts."""
    folder = AuthFolder(tmp_path, "ses_one")
    folder.path.mkdir()
    folder.lock.touch()
    now = time.time()
    os.utime(folder.lock, (now - 100, now - 100))
    library = Library(folder.path)
    with closing(library.database):
        library.has(session([chain("theirs", 3)]))
        UNSETTLED.keep(library.path)
        library.has(session([chain("theirs", 4)]))
    folder.look()
    assert folder.lock.stat().st_mtime < now - 50
    os.utime(library.path, (now - SETTLED_AFTER - 1, now - SETTLED_AFTER - 1))
    with closing(sqlite3.connect(library.path)) as database, database:
        database.execute("UPDATE wagate_moved_last SET at = ?", (int(now) - SETTLED_AFTER - 1,))
    os.utime(library.path, (now - SETTLED_AFTER - 1, now - SETTLED_AFTER - 1))
    folder.look()
    assert folder.lock.stat().st_mtime >= int(now)
    assert folder.take_back_unsettled() == 0
    with closing(sqlite3.connect(library.path)) as database, database:
        database.execute("UPDATE wagate_moved_last SET at = ?", (int(now),))
    assert folder.take_back_unsettled() == 1


def test_a_database_that_this_process_has_open_stays(tmp_path: Path) -> None:
    """It has not died; and a second SQLite that closes the file would end the locks of the first."""
    folder = AuthFolder(tmp_path, "ses_one")
    folder.path.mkdir()
    folder.lock.touch()
    library = Library(folder.path)
    with closing(library.database):
        library.has(session([chain("theirs", 3)]))
        UNSETTLED.keep(library.path)
        library.has(session([chain("theirs", 4)]))
        assert folder.take_back_unsettled() == 0
    assert folder.take_back_unsettled() == 1
