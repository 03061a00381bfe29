"""The messages of one chat in SQLite: what arrived and what was sent from here, read side by side."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from heapq import merge
from typing import NamedTuple

from shared.adapters.sqlite import inbox_rows, message_rows
from shared.chats.heads import FIRST, LAST
from shared.chats.model import MOST_UNREAD, UNCOUNTED, Entry, place_of, sent_before
from shared.messages.readable import readable

_ARRIVED = f"""
    SELECT {inbox_rows.COLUMNS} FROM inbox INDEXED BY inbox_by_chat
    WHERE session_uid = ? AND chat = ? AND position < ? AND position > ? AND type <> '' ORDER BY position DESC
"""  # noqa: S608 - constants, as in all below
_SENT = f"""
    SELECT {message_rows.COLUMNS} FROM messages INDEXED BY messages_by_chat
    WHERE session_uid = ? AND recipient = ? AND id < ? AND id >= ? ORDER BY id DESC
"""  # noqa: S608
_SINCE = """
    SELECT position, type, from_me FROM inbox INDEXED BY inbox_by_chat
    WHERE session_uid = ? AND chat = ? AND position > ? AND history = 0 ORDER BY position DESC
"""


class Placed(NamedTuple):
    """A message, where it is and how much it costs to hold it."""

    place: str
    size: int
    entry: Entry


@contextmanager
def entries(
    rows: sqlite3.Connection, session_uid: str, addresses: Sequence[str], before: str = LAST, after: str = FIRST
) -> Generator[Iterator[Placed]]:
    """The messages of a chat with these addresses between two places, the newest first, read as they are asked for."""
    read: list[Generator[Placed]] = []
    for address in addresses:
        read.append(_arrived(rows, session_uid, address, before, after))
        read.append(_sent(rows, session_uid, address, sent_before(before), sent_before(after)))
    try:
        yield merge(*read, key=lambda placed: placed.place, reverse=True)
    finally:
        for each in read:
            each.close()


def unread_since(
    rows: sqlite3.Connection, session_uid: str, addresses: Sequence[str], read: str
) -> list[tuple[str, str]]:
    """Address and position of what nobody has read, the newest first: behind that place, and what was written last."""
    found: list[tuple[str, str]] = []
    for address in addresses:
        with closing(rows.execute(_SINCE, (session_uid, address, read))) as cursor:
            for position, type_, from_me in cursor:
                if type_ in UNCOUNTED:
                    continue
                if from_me:
                    read = max(read, position)
                    break
                found.append((address, position))
                if len(found) == MOST_UNREAD:
                    break
    return [(address, position) for address, position in found if position > read][:MOST_UNREAD]


def _arrived(rows: sqlite3.Connection, *values: str) -> Generator[Placed]:
    with closing(rows.execute(_ARRIVED, values)) as cursor:
        for row in cursor:
            message = inbox_rows.inbound_of(row)
            yield Placed(message.position, inbox_rows.size_of(row), message)


def _sent(rows: sqlite3.Connection, *values: str) -> Generator[Placed]:
    with closing(rows.execute(_SENT, values)) as cursor:
        for row in cursor:
            message = readable(row, message_rows.message_of, row[0])
            if message is not None:
                yield Placed(place_of(message), len(row[4]), message)
