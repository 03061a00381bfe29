"""What the contacts know, on disk: who they are, what they received, and what they still owe an answer to.

It is written inside neonize's callback, because WhatsApp has its acknowledgement by then and sends a message
once. SQLite in WAL mode with `synchronous=NORMAL`: a commit survives the death of the process.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message

from sandbox.contacts.errors import UnknownMessageError

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS contacts (
  number TEXT PRIMARY KEY, reads INTEGER NOT NULL, reply TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS received (
  position INTEGER PRIMARY KEY, number TEXT NOT NULL REFERENCES contacts ON DELETE CASCADE,
  id TEXT NOT NULL, sender TEXT NOT NULL, sender_number TEXT NOT NULL, chat TEXT NOT NULL, text TEXT NOT NULL,
  timestamp INTEGER NOT NULL, received_at REAL NOT NULL, is_reply INTEGER NOT NULL, source BLOB NOT NULL,
  message BLOB NOT NULL DEFAULT x'', stanza TEXT NOT NULL DEFAULT '',
  handled INTEGER NOT NULL DEFAULT 0,
  UNIQUE (number, chat, sender, id)
) STRICT;
CREATE TABLE IF NOT EXISTS sent (
  position INTEGER PRIMARY KEY, number TEXT NOT NULL REFERENCES contacts ON DELETE CASCADE,
  id TEXT NOT NULL, recipient TEXT NOT NULL, message BLOB NOT NULL, sent_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS told (
  position INTEGER PRIMARY KEY, number TEXT NOT NULL REFERENCES contacts ON DELETE CASCADE,
  what TEXT NOT NULL, said TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS unhandled ON received (number, position) WHERE handled < 1;
"""

_ADDED: Final = {"message": "BLOB NOT NULL DEFAULT x''", "stanza": "TEXT NOT NULL DEFAULT ''"}
"""Columns that a mailbox of an earlier version lacks; with their defaults that version goes on with it, too."""

_MESSAGES: Final = """
SELECT id, sender, sender_number, chat, text, timestamp, received_at, is_reply, source, message, stanza, position
FROM received WHERE number = ? AND handled < ? ORDER BY position
"""
_ALL: Final = 2
_UNHANDLED: Final = 1


@dataclass(frozen=True, slots=True)
class Manner:
    """How a contact treats what it receives: whether it sends read receipts, and the text it answers with."""

    reads: bool = True
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A message a contact decrypted.

    `sender` and `chat` are JIDs as they came (mostly LIDs), `sender_number` the phone number of the
    sender without `+` (empty when WhatsApp didn't tell it); `timestamp` is WhatsApp's and `received_at`
    ours, in epoch seconds.
    `source` is neonize's MessageSource, which read receipts and replies are addressed by; `message` the whole
    `waE2E.Message`, of which `text` is the words; `stanza` its `type` and `mediatype` as they came, with a slash.
    """

    id: str
    sender: str
    sender_number: str
    chat: str
    text: str
    timestamp: int
    received_at: float
    is_reply: bool
    source: bytes
    message: bytes
    stanza: str = "text/"
    position: int = 0

    @property
    def content(self) -> Message:
        """The protobuf of `message`, anew each time."""
        return Message.FromString(self.message)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that a contact received or sent: what is needed to say something about it."""

    id: str
    chat: str
    """A JID; of what was sent, the one it was sent to."""
    to: str
    """The number or JID by which one writes there."""
    sender: str
    """A JID; empty when the contact sent it."""
    from_me: bool
    at: float
    """When it came or went, epoch seconds."""
    message: bytes
    received: Received | None = None

    @property
    def content(self) -> Message:
        """The protobuf of `message`, anew each time."""
        return Message.FromString(self.message)

    @property
    def secret(self) -> bytes:
        """What votes and edits of it are sealed with; empty when it came without."""
        return self.content.messageContextInfo.messageSecret


class Mailbox:
    """The file of all contacts of one process. Any thread may call; callbacks come from threads of Go."""

    def __init__(self, path: Path) -> None:
        """Open or create the file at `path`.

        Raises:
            sqlite3.Error: it can't be opened or isn't a mailbox.
        """
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode=WAL")
        self._rows.execute("PRAGMA synchronous=NORMAL")
        self._rows.execute("PRAGMA foreign_keys=ON")
        self._rows.executescript(_SCHEMA)
        there = {name for _, name, *_ in self._rows.execute("PRAGMA table_info(received)")}
        for column in _ADDED.keys() - there:
            self._rows.execute(f"ALTER TABLE received ADD COLUMN {column} {_ADDED[column]}")

    def add(self, number: str, manner: Manner) -> None:
        """Keep a contact; one that exists gets the new manner."""
        self._write(
            "INSERT INTO contacts VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET reads = excluded.reads, reply = excluded.reply",
            (number, manner.reads, manner.reply),
        )

    def remove(self, number: str) -> None:
        """Forget a contact and all it received."""
        self._write("DELETE FROM contacts WHERE number = ?", (number,))

    def contacts(self) -> dict[str, Manner]:
        """Return every contact and its manner, in the order they were added."""
        rows = self._read("SELECT number, reads, reply FROM contacts ORDER BY rowid")
        return {number: Manner(bool(reads), reply) for number, reads, reply in rows}

    def write(self, number: str, message: Received) -> bool:
        """Keep a message; return False when it was kept before, or its contact has been removed.

        The first message of a group comes twice with one id, first without its text: the text is added then.
        """
        return self._write(
            "INSERT INTO received"
            " (number, id, sender, sender_number, chat, text, timestamp, received_at, is_reply, source,"
            " message, stanza)"
            " SELECT number, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM contacts WHERE number = ?"
            " ON CONFLICT DO UPDATE SET text = excluded.text, message = excluded.message"
            " WHERE text = '' AND excluded.text <> ''",
            (
                message.id,
                message.sender,
                message.sender_number,
                message.chat,
                message.text,
                message.timestamp,
                message.received_at,
                message.is_reply,
                message.source,
                message.message,
                message.stanza,
                number,
            ),
        )

    def messages(self, number: str) -> list[Received]:
        """Return everything `number` received, oldest first."""
        return [_received(row) for row in self._read(_MESSAGES, (number, _ALL))]

    def find(self, number: str, id_: str) -> Received:
        """Return the message with this id that `number` received.

        Raises:
            UnknownMessageError: there is none.
        """
        for message in self.messages(number):
            if message.id == id_:
                return message
        raise UnknownMessageError(f"{number} has received no message {id_}")

    def write_sent(self, number: str, id_: str, recipient: str, message: bytes, at: float) -> None:
        """Keep a message that `number` sent to a JID."""
        self._write(
            "INSERT INTO sent (number, id, recipient, message, sent_at) VALUES (?, ?, ?, ?, ?)",
            (number, id_, recipient, message, at),
        )

    def entries(self, number: str) -> list[Entry]:
        """Return everything `number` received and sent, in the order of that."""
        rows = self._read(
            "SELECT id, recipient, sent_at, message FROM sent WHERE number = ? ORDER BY position", (number,)
        )
        sent = [Entry(id_, to, to, "", from_me=True, at=at, message=message) for id_, to, at, message in rows]
        return sorted([*map(_entry, self.messages(number)), *sent], key=lambda entry: entry.at)

    def entry(self, number: str, id_: str) -> Entry:
        """Return the message with this id that `number` received or sent.

        Raises:
            UnknownMessageError: there is none.
        """
        for entry in self.entries(number):
            if entry.id == id_:
                return entry
        raise UnknownMessageError(f"{number} has received no message {id_}, nor sent one")

    def tell(self, number: str, what: str, said: str) -> None:
        """Keep something that `number` was told, as JSON."""
        self._write(
            "INSERT INTO told (number, what, said) SELECT number, ?, ? FROM contacts WHERE number = ?",
            (what, said, number),
        )

    def told(self, number: str, what: str) -> list[str]:
        """Return what `number` was told of one kind, oldest first."""
        rows = self._read("SELECT said FROM told WHERE number = ? AND what = ? ORDER BY position", (number, what))
        return [said for (said,) in rows]

    def unhandled(self, number: str) -> list[Received]:
        """Return what `number` received and has not yet read and answered, oldest first."""
        return [_received(row) for row in self._read(_MESSAGES, (number, _UNHANDLED))]

    def handled(self, positions: Sequence[int]) -> None:
        """Note that the messages at `positions` were read and answered as their contact's manner asks."""
        with self._lock, self._rows:
            self._rows.execute("BEGIN")
            self._rows.executemany(
                "UPDATE received SET handled = 1 WHERE position = ?", [(position,) for position in positions]
            )

    def close(self) -> None:
        """Close the file; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self._rows.close()

    def _read(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._rows.execute(query, values).fetchall()

    def _write(self, statement: str, values: tuple[object, ...]) -> bool:
        with self._lock:
            return self._rows.execute(statement, values).rowcount > 0


def _received(row: tuple[Any, ...]) -> Received:
    return Received(*row[:7], is_reply=bool(row[7]), source=row[8], message=row[9], stanza=row[10], position=row[11])


def _entry(message: Received) -> Entry:
    direct = message.chat == message.sender
    return Entry(
        id=message.id,
        chat=message.chat,
        to=message.sender_number if direct and message.sender_number else message.chat,
        sender=message.sender,
        from_me=False,
        at=message.received_at,
        message=message.message,
        received=message,
    )
