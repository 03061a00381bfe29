"""The contacts' journal keeps each message once, whatever thread writes it and whatever happens to the process."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.contacts.journal import Journal, Manner, Received

NUMBER = "491711234567"
MESSAGE = Received(
    id="A1", sender="9@lid", sender_number="491719999999", chat="9@lid", text="hello", timestamp=1_795_000_000,
    received_at=1_795_000_000.5, is_reply=False, source=b"\x01\x00", message=b"\n\x05hello",
)  # fmt: skip


@pytest.fixture
def journal(tmp_path) -> Journal:
    journal = Journal(tmp_path / "journal.db")
    journal.add(NUMBER, Manner())
    return journal


def test_what_was_written_is_read_back_whole_and_in_order(journal) -> None:
    """Every field comes back; positions rise in the order of writing, whatever the timestamps say."""
    second = replace(MESSAGE, id="A2", timestamp=1)
    assert journal.write(NUMBER, MESSAGE)
    assert journal.write(NUMBER, second)
    assert journal.messages(NUMBER) == [replace(MESSAGE, position=1), replace(second, position=2)]


def test_a_message_is_kept_once(journal) -> None:
    """WhatsApp may deliver one twice; the same id of another sender is another message."""
    assert journal.write(NUMBER, MESSAGE)
    assert not journal.write(NUMBER, replace(MESSAGE, received_at=0.0, text="again"))
    assert journal.write(NUMBER, replace(MESSAGE, sender="8@lid"))
    assert [(message.sender, message.text) for message in journal.messages(NUMBER)] == [
        ("9@lid", "hello"),
        ("8@lid", "hello"),
    ]


def test_a_text_that_comes_second_is_added(journal) -> None:
    """A group's first message comes twice with one id, the first time without its text."""
    journal.write(NUMBER, replace(MESSAGE, text=""))
    journal.write(NUMBER, MESSAGE)
    assert [message.text for message in journal.messages(NUMBER)] == ["hello"]


def test_only_what_is_unhandled_is_due(journal) -> None:
    """What was read and answered isn't due again; it stays in the list."""
    for identity in ("A1", "A2", "A3"):
        journal.write(NUMBER, replace(MESSAGE, id=identity))
    journal.handled([1, 3])
    assert [message.id for message in journal.unhandled(NUMBER)] == ["A2"]
    assert [message.id for message in journal.messages(NUMBER)] == ["A1", "A2", "A3"]


def test_a_removed_contact_takes_its_messages_along_and_gets_no_more(journal) -> None:
    """A callback that comes late, from Go, finds nobody and is no error."""
    journal.write(NUMBER, MESSAGE)
    journal.remove(NUMBER)
    assert not journal.write(NUMBER, replace(MESSAGE, id="late"))
    journal.add(NUMBER, Manner())
    assert journal.messages(NUMBER) == []


def test_contacts_keep_their_order_and_their_last_manner(journal) -> None:
    """A new manner replaces the old one without moving the contact."""
    journal.add("49171000", Manner(reads=False))
    journal.add(NUMBER, Manner(reads=True, reply="pong"))
    assert list(journal.contacts().items()) == [(NUMBER, Manner(reply="pong")), ("49171000", Manner(reads=False))]


def test_threads_may_write_at_once(journal) -> None:
    """Callbacks come from one thread of Go per contact."""
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda index: journal.write(NUMBER, replace(MESSAGE, id=f"{index}")), range(200)))
    assert kept == [True] * 200
    assert {message.id for message in journal.messages(NUMBER)} == {f"{index}" for index in range(200)}


def test_a_closed_journal_refuses(journal) -> None:
    """Nothing is dropped in silence: the writer gets SQLite's error."""
    journal.close()
    with pytest.raises(sqlite3.ProgrammingError):
        journal.write(NUMBER, MESSAGE)


def test_what_was_written_survives_an_abort(tmp_path) -> None:
    """A commit is on disk when `write` returns: the process dies of SIGABRT right behind it."""
    program = (
        "import os, sys; from pathlib import Path; from sandbox.contacts.journal import Journal, Manner, Received\n"
        f"journal = Journal(Path(sys.argv[1])); journal.add({NUMBER!r}, Manner())\n"
        f"journal.write({NUMBER!r}, {MESSAGE!r}); os.abort()\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "journal.db")], cwd=Path.cwd(), check=False)
    assert done.returncode == -6
    assert [message.id for message in Journal(tmp_path / "journal.db").messages(NUMBER)] == ["A1"]
