"""A message that arrived as a row of SQLite, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from shared.adapters.sqlite.message_rows import changes_of, changes_text
from shared.messages.received import InboundMessage

COLUMNS = (
    "session_uid, position, id, chat, from_number, from_lid, from_me, timestamp, type, push_name, content, raw, "
    "changes, waits, fetches, history"
)
PLACES = ", ".join("?" * 16)
_CONTENT, _RAW, _CHANGES = 10, 11, 12


def size_of(row: Sequence[Any]) -> int:
    """How much it costs to hold a row."""
    return sum(len(row[place] or b"") for place in (_CONTENT, _RAW, _CHANGES))


def row_of(message: InboundMessage) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    return (
        message.session_uid,
        message.position,
        message.id,
        message.chat,
        message.from_number,
        message.from_lid,
        message.from_me,
        message.timestamp,
        message.type,
        message.push_name,
        orjson.dumps(message.content).decode(),
        message.raw,
        changes_text(message.changes),
        message.waits,
        message.fetches,
        message.is_history,
    )


def inbound_of(row: Sequence[Any]) -> InboundMessage:
    """The message of a row of `COLUMNS`."""
    session_uid, position, id_, chat, from_number, from_lid, from_me, timestamp, type_, *rest = row
    push_name, content, raw, changes, *_ = rest
    return InboundMessage(
        session_uid=session_uid,
        position=position,
        id=id_,
        chat=chat,
        from_number=from_number,
        from_lid=from_lid,
        from_me=bool(from_me),
        timestamp=timestamp,
        type=type_,
        push_name=push_name,
        content=orjson.loads(content),
        raw=raw,
        changes=changes_of(changes),
    )
