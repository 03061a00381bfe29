"""The contacts' mailbox keeps each message once, whatever thread writes it and whatever happens to the process."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.contacts.mailbox import Mailbox, Manner, Received

NUMBER = "491711234567"
MESSAGE = Received(
    id="A1", sender="9@lid", sender_number="491719999999", chat="9@lid", text="hello", timestamp=1_795_000_000,
    received_at=1_795_000_000.5, is_reply=False, source=b"\x01\x00", message=b"\n\x05hello",
)  # fmt: skip


@pytest.fixture
def mailbox(tmp_path) -> Mailbox:
    mailbox = Mailbox(tmp_path / "mailbox.db")
    mailbox.add(NUMBER, Manner())
    return mailbox


def test_what_was_written_is_read_back_whole_and_in_order(mailbox) -> None:
    """Every field comes back; positions rise in the order of writing, whatever the timestamps say."""
    second = replace(MESSAGE, id="A2", timestamp=1)
    assert mailbox.write(NUMBER, MESSAGE)
    assert mailbox.write(NUMBER, second)
    assert mailbox.messages(NUMBER) == [replace(MESSAGE, position=1), replace(second, position=2)]


def test_a_message_is_kept_once(mailbox) -> None:
    """WhatsApp may deliver one twice; the same id of another sender is another message."""
    assert mailbox.write(NUMBER, MESSAGE)
    assert not mailbox.write(NUMBER, replace(MESSAGE, received_at=0.0, text="again"))
    assert mailbox.write(NUMBER, replace(MESSAGE, sender="8@lid"))
    assert [(message.sender, message.text) for message in mailbox.messages(NUMBER)] == [
        ("9@lid", "hello"),
        ("8@lid", "hello"),
    ]


def test_a_text_that_comes_second_is_added(mailbox) -> None:
    """A group's first message comes twice with one id, the first time without its text."""
    mailbox.write(NUMBER, replace(MESSAGE, text=""))
    mailbox.write(NUMBER, MESSAGE)
    assert [message.text for message in mailbox.messages(NUMBER)] == ["hello"]


def test_only_what_is_unhandled_is_due(mailbox) -> None:
    """What was read and answered isn't due again; it stays in the list."""
    for identity in ("A1", "A2", "A3"):
        mailbox.write(NUMBER, replace(MESSAGE, id=identity))
    mailbox.handled([1, 3])
    assert [message.id for message in mailbox.unhandled(NUMBER)] == ["A2"]
    assert [message.id for message in mailbox.messages(NUMBER)] == ["A1", "A2", "A3"]


def test_a_removed_contact_takes_its_messages_along_and_gets_no_more(mailbox) -> None:
    """A callback that comes late, from Go, finds nobody and is no error."""
    mailbox.write(NUMBER, MESSAGE)
    mailbox.remove(NUMBER)
    assert not mailbox.write(NUMBER, replace(MESSAGE, id="late"))
    mailbox.add(NUMBER, Manner())
    assert mailbox.messages(NUMBER) == []


def test_contacts_keep_their_order_and_their_last_manner(mailbox) -> None:
    """A new manner replaces the old one without moving the contact."""
    mailbox.add("49171000", Manner(reads=False))
    mailbox.add(NUMBER, Manner(reads=True, reply="pong"))
    assert list(mailbox.contacts().items()) == [(NUMBER, Manner(reply="pong")), ("49171000", Manner(reads=False))]


def test_threads_may_write_at_once(mailbox) -> None:
    """Callbacks come from one thread of Go per contact."""
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda index: mailbox.write(NUMBER, replace(MESSAGE, id=f"{index}")), range(200)))
    assert kept == [True] * 200
    assert {message.id for message in mailbox.messages(NUMBER)} == {f"{index}" for index in range(200)}


def test_a_closed_mailbox_refuses(mailbox) -> None:
    """Nothing is dropped in silence: the writer gets SQLite's error."""
    mailbox.close()
    with pytest.raises(sqlite3.ProgrammingError):
        mailbox.write(NUMBER, MESSAGE)


def test_what_was_written_survives_an_abort(tmp_path) -> None:
    """A commit is on disk when `write` returns: the process dies of SIGABRT right behind it."""
    program = (
        "import os, sys; from pathlib import Path; from sandbox.contacts.mailbox import Mailbox, Manner, Received\n"
        f"mailbox = Mailbox(Path(sys.argv[1])); mailbox.add({NUMBER!r}, Manner())\n"
        f"mailbox.write({NUMBER!r}, {MESSAGE!r}); os.abort()\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "mailbox.db")], cwd=Path.cwd(), check=False)
    assert done.returncode == -6
    assert [message.id for message in Mailbox(tmp_path / "mailbox.db").messages(NUMBER)] == ["A1"]
