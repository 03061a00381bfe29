"""What messages say of the people who write them: which LID belongs to a number, and what they are called."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from shared.jids import LID, PHONE
from shared.messages.received import InboundMessage

_BY_NUMBER = f"@{PHONE}"
_OF_PEOPLE = (_BY_NUMBER, f"@{LID}")
_NOTE = """
    INSERT INTO chats (session_uid, chat, lid, push_name) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET lid = coalesce(excluded.lid, lid), push_name = coalesce(excluded.push_name, push_name)
        WHERE (excluded.lid IS NOT NULL AND excluded.lid IS NOT lid)
            OR (excluded.push_name IS NOT NULL AND excluded.push_name IS NOT push_name)
"""
"""Nothing is written where all of it is known."""
_NOTE_HISTORY = """
    INSERT INTO chats (session_uid, chat, lid, push_name) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET lid = coalesce(lid, excluded.lid), push_name = coalesce(push_name, excluded.push_name)
        WHERE (lid IS NULL AND excluded.lid IS NOT NULL) OR (push_name IS NULL AND excluded.push_name IS NOT NULL)
"""
"""What was said long ago changes nothing that is known."""


_Said = tuple[str, str, str | None, str | None]


def note(rows: sqlite3.Connection, messages: Sequence[InboundMessage]) -> None:
    """Keep it with the chats of these people."""
    said: dict[tuple[str, str], _Said] = {}
    said_before: dict[tuple[str, str], _Said] = {}
    for message in messages:
        chat = message.chat
        if message.from_me or not chat.endswith(_OF_PEOPLE):
            continue
        lid = message.from_lid if chat.endswith(_BY_NUMBER) else None
        if lid is None and message.push_name is None:
            continue
        place = message.session_uid, chat
        (said_before if message.is_history else said)[place] = (*place, lid, message.push_name)
    if said:
        rows.executemany(_NOTE, said.values())
    if said_before:
        rows.executemany(_NOTE_HISTORY, said_before.values())
