"""The index of words: it is brought up to date when somebody searches, so that nothing else waits for it.

Who never searches has no index. A session's words begin with its number, so that they are found apart from those of all
others, and only by it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from shared.adapters.sqlite.message_rows import changes_of
from shared.chats.shown import text_of_sent
from shared.chats.words import asked_for, words_of
from shared.errors import StoreUnavailable
from shared.ids import first_message_id, made_at
from shared.messages.model import OutboundMessage

AT_ONCE = 200
"""Messages that are indexed in one transaction: what others write waits no longer than that takes."""
SENT_HERE = 2
"""In place of whether a message is from the own number, of one that this gateway has sent."""
_LATE = 600_000
"""Milliseconds that may lie between the making of an id and the storing of its row."""
_BEGIN = "INSERT OR IGNORE INTO searches (session_uid, position, message_id) VALUES (?, '', '')"
_MARKS = "SELECT number, position, message_id FROM searches WHERE session_uid = ?"
_POSITION_AGAIN = "UPDATE searches SET position = ?2 WHERE session_uid = ?1 AND position > ?2"
_MESSAGE_AGAIN = "UPDATE searches SET message_id = ?2 WHERE session_uid = ?1 AND message_id > ?2"
_NEWEST = """
    SELECT max(position) FROM inbox INDEXED BY inbox_by_position
    WHERE session_uid = ? AND (chat = 'status@broadcast') IN (0, 1) AND history = 0
"""
_NEWEST_SENT = "SELECT max(id) FROM messages INDEXED BY messages_by_chat WHERE session_uid = ?"
_ALL_UPTO = "UPDATE searches SET position = ?, message_id = ? WHERE session_uid = ?"
_LAST_DOC = "SELECT max(doc) FROM searched WHERE doc BETWEEN ? AND ?"
_ADD = "INSERT INTO searched (session_uid, chat, id, sent_by, doc) VALUES (?, ?, ?, ?, ?)"
_ADD_WORDS = "INSERT INTO search (rowid, words) VALUES (?, ?)"
_FORGET = "DELETE FROM searched WHERE session_uid = ? AND chat = ? AND id = ? AND sent_by = ?"
_ARRIVED = """
    SELECT chat, id, from_me, position, json_extract(content, '$.message') FROM inbox INDEXED BY inbox_by_chat
    WHERE session_uid = ?1 AND position >= ?2 AND json_extract(content, '$.message') IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM searched WHERE searched.session_uid = ?1 AND searched.chat = inbox.chat
                AND searched.id = inbox.id AND sent_by = from_me
        )
    LIMIT ?3
"""
_SENT = """
    SELECT recipient, id, content, changes FROM messages INDEXED BY messages_by_chat
    WHERE session_uid = ?1 AND id >= ?2
        AND NOT EXISTS (
            SELECT 1 FROM searched WHERE searched.session_uid = ?1 AND chat = recipient AND searched.id = messages.id
                AND sent_by = 2
        )
"""
_MATCHING = """
    SELECT searched.chat, searched.id, searched.sent_by, searched.doc
    FROM search JOIN searched ON searched.doc = search.rowid
    WHERE search MATCH ? AND search.rowid < ? ORDER BY search.rowid DESC
"""
_DOCS_OF_A_MOMENT = 10
"""Bits behind the milliseconds of a document's number; of history whole seconds share a moment, and may need more."""
_MOST_DOCS = 24
LATEST = 1 << 62
"""A document's number that none has."""

Place = tuple[str, str, str, int]
"""Session, chat and id of a message, and who sent it."""


class Hit(NamedTuple):
    """A message that has the words."""

    chat: str
    id: str
    sent_by: int
    doc: int


def place_of_sent(message: OutboundMessage) -> Place:
    """Where a message that was sent from here is in the index."""
    return message.session_uid, message.to, message.id, SENT_HERE


def look_again(
    rows: sqlite3.Connection,
    session_uid: str,
    *,
    position: str | None = None,
    message_id: str | None = None,
    changed: tuple[Any, ...] | None = None,
) -> None:
    """Have messages from this position, or this id, on looked at by the next search; one that has changed anew."""
    if position is not None:
        rows.execute(_POSITION_AGAIN, (session_uid, position))
    if message_id is not None:
        rows.execute(_MESSAGE_AGAIN, (session_uid, message_id))
    if changed is not None:
        rows.execute(_FORGET, changed)


def is_current(rows: sqlite3.Connection, session_uid: str) -> bool:
    """Whether all messages of a session with a text are in the index."""
    marks = rows.execute(_MARKS, (session_uid,)).fetchone()
    if marks is None:
        return False
    _, position, message_id = marks
    arrived = rows.execute(_ARRIVED, (session_uid, position, 1)).fetchone()
    return arrived is None and not _sent_texts(rows, session_uid, message_id, 1)


def index_some(rows: sqlite3.Connection, session_uid: str) -> bool:
    """Put some messages that are not there into the index; False when those were all."""
    rows.execute(_BEGIN, (session_uid,))
    number, position, message_id = rows.execute(_MARKS, (session_uid,)).fetchone()
    found = [
        (int(at[:13]), chat, id_, from_me, text)
        for chat, id_, from_me, at, text in rows.execute(_ARRIVED, (session_uid, position, AT_ONCE)).fetchall()
    ]
    if len(found) < AT_ONCE:
        found += _sent_texts(rows, session_uid, message_id, AT_ONCE - len(found))
    found.sort()  # documents in their order make one piece of the index
    for at, chat, id_, sent_by, text in found:
        doc = _new_doc(rows, at)
        rows.execute(_ADD, (session_uid, chat, id_, sent_by, doc))
        rows.execute(_ADD_WORDS, (doc, " ".join(_tagged(number, words_of(text)))))
    if len(found) == AT_ONCE:
        return True
    (newest,), (sent,) = (rows.execute(which, (session_uid,)).fetchone() for which in (_NEWEST, _NEWEST_SENT))
    late = "" if sent is None else first_message_id(max(0, made_at(sent) - _LATE))
    rows.execute(_ALL_UPTO, (f"{newest}~" if newest else "", late, session_uid))
    return False


def _new_doc(rows: sqlite3.Connection, at: int) -> int:
    """A number that no document has, at a moment or as soon after it as there is one."""
    first = at << _DOCS_OF_A_MOMENT
    for bits in (_DOCS_OF_A_MOMENT, _MOST_DOCS):
        last = first + (1 << bits) - 1
        (taken,) = rows.execute(_LAST_DOC, (first, last)).fetchone()
        if taken is None or taken < last:
            return first if taken is None else taken + 1
    raise StoreUnavailable("There is no room left for so many messages of one moment.")


def matching(rows: sqlite3.Connection, session_uid: str, text: str, before: int) -> Iterable[Hit]:
    """What has all the words of a text or, of the last of each part, words that begin so; the newest first."""
    marks, asked = rows.execute(_MARKS, (session_uid,)).fetchone(), asked_for(text)
    if marks is None or not asked:
        return
    parts = [f'"{" ".join(_tagged(marks[0], words))}" *' for words in asked]
    cursor = rows.execute(_MATCHING, (" AND ".join(parts), before))
    try:
        for row in cursor:
            yield Hit(*row)
    finally:
        cursor.close()  # half read it would hold its snapshot


def _tagged(number: int, words: Iterable[str]) -> Iterable[str]:
    """Words as no other session has them: digits, a letter that is none, and the word."""
    return (f"{number}x{word}" for word in words)


def _sent_texts(
    rows: sqlite3.Connection, session_uid: str, first: str, limit: int
) -> list[tuple[int, str, str, int, str]]:
    """Messages that were sent from here and have a text that is not in the index, by time."""
    found: list[tuple[int, str, str, int, str]] = []
    cursor = rows.execute(_SENT, (session_uid, first))
    try:
        for recipient, id_, content, changes in cursor:
            text = text_of_sent(orjson.loads(content), changes_of(changes))
            if text:
                found.append((made_at(id_), recipient, id_, SENT_HERE, text))
            if len(found) == limit:
                break
    finally:
        cursor.close()
    return found
