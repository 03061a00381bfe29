"""Which chats a session has in SQLite, and what is known of each: the newest entries of two indexes, and what was told.

The indexes begin with session and chat, so that one step leads from each chat to the next: some microseconds for each.
"""

from __future__ import annotations

import sqlite3

from shared.chats.heads import Head, Known, put_together
from shared.jids import LID


def _newest(table: str, chat: str, place: str, index: str) -> str:
    """The newest place of each chat."""
    of = f"FROM {table} INDEXED BY {index} WHERE session_uid = ?1"
    return f"""
        WITH RECURSIVE found (chat) AS (
            SELECT max({chat}) {of}
            UNION ALL SELECT (SELECT max({chat}) {of} AND {chat} < found.chat) FROM found WHERE found.chat IS NOT NULL
        )
        SELECT found.chat, (SELECT max({place}) {of} AND {chat} = found.chat) FROM found WHERE found.chat IS NOT NULL
    """  # noqa: S608 - constants


_ARRIVED = _newest("inbox", "inbox.chat", "position", "inbox_by_chat")
_SENT = _newest("messages", "recipient", "id", "messages_by_chat")
_LAST_ARRIVED = "SELECT max(position) FROM inbox INDEXED BY inbox_by_chat WHERE session_uid = ? AND chat = ?"
_LAST_SENT = "SELECT max(id) FROM messages INDEXED BY messages_by_chat WHERE session_uid = ? AND recipient = ?"
_KNOWN = "SELECT chat, lid, name, push_name, read_upto, removed_upto, on_phone FROM chats WHERE session_uid = ?"
_KNOWN_OF = f"{_KNOWN} AND chat = ?"
_BY_LID = "SELECT chat FROM chats INDEXED BY chats_by_lid WHERE session_uid = ? AND lid = ? ORDER BY chat LIMIT 1"


def heads(rows: sqlite3.Connection, session_uid: str) -> list[Head]:
    """Chats with messages, by the newest of them, the newest first."""
    known = [Known(*row) for row in rows.execute(_KNOWN, (session_uid,)).fetchall()]
    arrived, sent = (rows.execute(which, (session_uid,)).fetchall() for which in (_ARRIVED, _SENT))
    return put_together(known, arrived, sent)


def head_of(rows: sqlite3.Connection, session_uid: str, address: str) -> Head:
    """One chat, by any of its addresses."""
    found = rows.execute(_BY_LID, (session_uid, address)).fetchone() if address.endswith(f"@{LID}") else None
    head = Head(address if found is None else found[0])
    told = rows.execute(_KNOWN_OF, (session_uid, head.chat)).fetchall()
    told += rows.execute(_KNOWN_OF, (session_uid, told[0][1] if told else None)).fetchall()  # of its LID, if it has one
    for row in told:
        head.told(Known(*row))
    for each in head.addresses:
        (position,), (id_,) = (
            rows.execute(last, (session_uid, each)).fetchone() for last in (_LAST_ARRIVED, _LAST_SENT)
        )
        head.has(position, id_)
    return head
