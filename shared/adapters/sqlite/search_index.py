"""The index of words: it is brought up to date when somebody searches, so that nothing else waits for it.

Who never searches has no index. A session's words begin with its number, so that they are found apart from those of all
others, and only by it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
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
_LATE = 180_000
"""Milliseconds that may lie between the making of an id and the storing of its row."""
_BEGIN = "INSERT OR IGNORE INTO searches (session_uid, position, message_id) VALUES (?, '', '')"
_MARKS = "SELECT number, position, message_id FROM searches WHERE session_uid = ?"
_POSITION_AGAIN = "UPDATE searches SET position = ?2 WHERE session_uid = ?1 AND position > ?2"
_MESSAGE_AGAIN = "UPDATE searches SET message_id = ?2 WHERE session_uid = ?1 AND message_id > ?2"
_INBOX = (
    ("inbox_by_position", "session_uid = ?1 AND (chat = 'status@broadcast') = 0 AND history = 0"),
    ("inbox_by_position", "session_uid = ?1 AND (chat = 'status@broadcast') = 1 AND history = 0"),
    ("inbox_history", "session_uid = ?1 AND history = 1"),
)
"""The parts of an inbox, each with the index that has it by position."""
_NEWEST = "SELECT max(coalesce(({}), ''), coalesce(({}), ''), coalesce(({}), ''))".format(
    *(f"SELECT max(position) FROM inbox INDEXED BY {index} WHERE {part}" for index, part in _INBOX)  # noqa: S608 - constants
)
_NEWEST_SENT = "SELECT max(id) FROM messages INDEXED BY messages_by_chat WHERE session_uid = ?"
_UPTO = "UPDATE searches SET position = ?, message_id = ? WHERE session_uid = ?"
_LAST_DOC = "SELECT max(doc) FROM searched WHERE doc BETWEEN ? AND ?"
_ADD = "INSERT INTO searched (session_uid, chat, id, sent_by, doc) VALUES (?, ?, ?, ?, ?)"
_ADD_WORDS = "INSERT INTO search (rowid, words) VALUES (?, ?)"
_FORGET = "DELETE FROM searched WHERE session_uid = ? AND chat = ? AND id = ? AND sent_by = ?"
_ARRIVED = tuple(
    f"""
    SELECT position, chat, id, from_me, json_extract(content, '$.message') FROM inbox INDEXED BY {index}
    WHERE {part} AND position >= ?2 AND json_extract(content, '$.message') IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM searched WHERE searched.session_uid = ?1 AND searched.chat = inbox.chat
                AND searched.id = inbox.id AND sent_by = from_me
        )
    ORDER BY position LIMIT ?3
    """  # noqa: S608 - constants
    for index, part in _INBOX
)
_SENT = """
    SELECT recipient, id, content, changes FROM messages INDEXED BY messages_by_chat
    WHERE session_uid = ?1 AND id >= ?2
        AND NOT EXISTS (
            SELECT 1 FROM searched WHERE searched.session_uid = ?1 AND chat = recipient AND searched.id = messages.id
                AND sent_by = 2
        )
    ORDER BY id
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


class _Text(NamedTuple):
    """A message that has a text."""

    place: str
    """Begins with the time."""
    chat: str
    id: str
    sent_by: int
    text: str


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
    return not _arrived(rows, session_uid, position, 1) and not _sent(rows, session_uid, message_id, 1)


def index_some(rows: sqlite3.Connection, session_uid: str) -> bool:
    """Put some messages that are not there into the index, the oldest first; False when those were all."""
    rows.execute(_BEGIN, (session_uid,))
    number, position, message_id = rows.execute(_MARKS, (session_uid,)).fetchone()
    arrived = _arrived(rows, session_uid, position, AT_ONCE)
    sent = _sent(rows, session_uid, message_id, AT_ONCE - len(arrived)) if len(arrived) < AT_ONCE else []
    for each in sorted(arrived + sent):  # documents in their order make one piece of the index
        doc = _new_doc(rows, int(each.place[:13]))
        rows.execute(_ADD, (session_uid, each.chat, each.id, each.sent_by, doc))
        rows.execute(_ADD_WORDS, (doc, " ".join(_tagged(number, words_of(each.text)))))
    if more := len(arrived) + len(sent) == AT_ONCE:
        position = arrived[-1].place if arrived else position
        message_id = sent[-1].id if sent else message_id
    else:
        (newest,), (last,) = (rows.execute(which, (session_uid,)).fetchone() for which in (_NEWEST, _NEWEST_SENT))
        position = f"{newest}~" if newest else ""
        message_id = "" if last is None else first_message_id(max(0, made_at(last) - _LATE))
    rows.execute(_UPTO, (position, message_id, session_uid))
    return more


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
    with closing(rows.execute(_MATCHING, (" AND ".join(parts), before))) as cursor:  # half read it holds its snapshot
        for row in cursor:
            yield Hit(*row)


def _tagged(number: int, words: Iterable[str]) -> Iterable[str]:
    """Words as no other session has them: digits, a letter that is none, and the word."""
    return (f"{number}x{word}" for word in words)


def _arrived(rows: sqlite3.Connection, session_uid: str, first: str, limit: int) -> list[_Text]:
    """Messages in an inbox that are not in the index, by their positions."""
    values = (session_uid, first, limit)
    found = [_Text(*row) for part in _ARRIVED for row in rows.execute(part, values).fetchall()]
    return sorted(found)[:limit]


def _sent(rows: sqlite3.Connection, session_uid: str, first: str, limit: int) -> list[_Text]:
    """Messages that were sent from here and are not in the index, by their ids."""
    found: list[_Text] = []
    with closing(rows.execute(_SENT, (session_uid, first))) as cursor:
        for recipient, id_, content, changes in cursor:
            text = text_of_sent(orjson.loads(content), changes_of(changes))
            if text:
                found.append(_Text(f"{made_at(id_):013d}", recipient, id_, SENT_HERE, text))
            if len(found) == limit:
                break
    return found
