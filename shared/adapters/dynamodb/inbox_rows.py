"""A message that arrived as a row of DynamoDB, and back; and where it is among the rows of its session."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from shared.adapters.dynamodb.message_rows import changes_of, changes_text
from shared.adapters.dynamodb.table import Row
from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE
from shared.ids import now_ms
from shared.known_fields import with_known_fields
from shared.messages.received import InboundMessage

MESSAGES, STATUS, HISTORY = "p", "s", "h"
"""What the places of rows begin with: of what arrives, of status updates, of what was said before."""


def row_of(message: InboundMessage, position: str) -> Row:
    """The attributes of a message at a position."""
    return asdict(message) | {
        "position": position,
        "place": place_at(message, position),
        "chat_place": f"{message.chat}#{position}",
        "content": orjson.dumps(message.content).decode(),
        "changes": changes_text(message.changes),
    }


def inbound_of(row: Row) -> InboundMessage:
    """The message of a row."""
    fields: dict[str, Any] = {"from_number": None, "from_lid": None} | row
    fields |= {"content": orjson.loads(fields.get("content", "{}")), "changes": changes_of(row)}
    return with_known_fields(InboundMessage, fields)


def place_at(message: InboundMessage, position: str) -> str:
    """The place of a message that is at a position."""
    return place(position, kind=STATUS if message.is_status else MESSAGES)


def place(position: str, *, kind: str) -> str:
    """Of a row. History tells by its position that it is no part of what arrives."""
    return f"{HISTORY if position[14:15] == HISTORY and kind != STATUS else kind}#{position}"


def key_in(row: Row) -> dict[str, str]:
    """The key of a row."""
    return {"session_uid": row["session_uid"], "place": row["place"]}


def expired(row: Row) -> bool:
    """Whether its time has come: DynamoDB removes a row up to days after it expired."""
    now = now_ms() // 1000
    return row.get(TTL_ATTRIBUTE, now) < now
