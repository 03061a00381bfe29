"""The inbox in DynamoDB: a row at each position, and a row for each message that holds its position.

A message is stored mark first, then row at the mark's position: a repeat after a crash in between stores the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import orjson

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.known_fields import with_known_fields
from shared.messages.model import InboundMessage, InboxPage

_NEW = "attribute_not_exists(#session_uid)"
_AFTER_EVERY_POSITION = "~"  # positions begin with digits


class DynamoInbox:
    """`shared.messages.ports.Inbox`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def append(self, messages: Sequence[InboundMessage]) -> None:
        """Store them; one that is there already (session, chat, id, from_me) is left as it is. May be repeated."""
        for message in messages:
            position = await self._mark(message)
            with suppress(ConditionFailed):  # it is there already
                await self._table.put(_row(message, position), _NEW)

    async def newest(self, session_uid: str, *, limit: int, before: str | None = None) -> InboxPage:
        """A page of messages, newest first, older than the cursor when one is given."""
        values = {
            "session_uid": session_uid,
            "first": "p#",
            "last": f"p#{_AFTER_EVERY_POSITION if before is None else before}",
        }
        condition = "#session_uid = :session_uid AND #place BETWEEN :first AND :last"
        found: list[InboundMessage] = []
        async for row in self._table.query(condition, values, newest_first=True, page=limit + 2):
            if row["position"] != before:
                found.append(_message(row))
            if len(found) > limit:
                break
        page = tuple(found[:limit])
        return InboxPage(page, page[-1].position if len(found) > limit else None)

    async def clear(self, session_uid: str) -> None:
        """Remove all of a session's messages."""
        async for row in self._table.query("#session_uid = :session_uid", {"session_uid": session_uid}):
            await self._table.delete({"session_uid": session_uid, "place": row["place"]})

    async def _mark(self, message: InboundMessage) -> str:
        """Where the message is, or is to be."""
        place = f"d#{message.chat}#{message.id}#{message.from_me}"
        mark: Row = {"session_uid": message.session_uid, "place": place, "position": message.position}
        try:
            await self._table.put(mark, _NEW)
        except ConditionFailed:
            earlier = await self._table.get(session_uid=message.session_uid, place=place)
            return message.position if earlier is None else earlier["position"]
        return message.position


def _row(message: InboundMessage, position: str) -> Row:
    media = None if message.media is None else orjson.dumps(message.media).decode()
    return asdict(message) | {"position": position, "place": f"p#{position}", "media": media}


def _message(row: Row) -> InboundMessage:
    fields: dict[str, Any] = {"from_number": None, "from_lid": None} | row
    if "media" in fields:
        fields["media"] = orjson.loads(fields["media"])
    return with_known_fields(InboundMessage, fields)
