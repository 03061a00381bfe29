"""The mark of a message in an inbox: a row that makes it the same one when it comes again, and says where it is.

What is said about a message before it comes waits in its mark, which has no position yet.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from shared.adapters.dynamodb.message_rows import changes_of, changes_text, unless_changed
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE
from shared.ids import now_ms
from shared.messages.changes import Change
from shared.messages.received import InboundMessage

_NEW = "attribute_not_exists(#session_uid)"


class Marks:
    """The marks of a table of inboxes."""

    def __init__(self, table: Table, kept_seconds: int) -> None:
        self._table = table
        self._kept_seconds = kept_seconds

    async def take(self, message: InboundMessage) -> tuple[str, InboundMessage]:
        """Where a message is, or is to be from now on; and the message with what was said about it before."""
        key = place_of(message.session_uid, message.chat, message.id, from_me=message.from_me)
        with suppress(ConditionFailed):
            await self._table.put({**key, "position": message.position, **self.end_of(message.position)}, _NEW)
            return message.position, message
        while True:
            mark = await self._table.get(**key)
            if mark is None:  # removed in this moment
                return message.position, message
            if (position := mark.get("position")) is None:
                position = message.position
                try:
                    await self._give_position(key, mark, position)
                except ConditionFailed:  # more was said about it, or another gave it one
                    continue
            return position, _completed(message, changes_of(mark))

    async def move(self, message: InboundMessage) -> None:
        """Have the mark of a message lead to its own position."""
        key = place_of(message.session_uid, message.chat, message.id, from_me=message.from_me)
        await self._table.put({**key, "position": message.position, **self.end_of(message.position)})

    async def position_of(self, change: Change) -> str | None:
        """Where the message of a change is; None when it is not there: then its mark keeps the change."""
        key = place_of(change.session_uid, change.chat, change.message_id, from_me=change.from_me)
        while True:
            mark = await self._table.get(**key)
            if mark is not None and "position" in mark:
                return mark["position"]
            if not change.waits_for_message:
                return None
            try:
                await self._keep(key, mark, change)
            except ConditionFailed:
                continue
            return None

    async def _keep(self, key: dict[str, str], mark: Row | None, change: Change) -> None:
        """Put a change into a mark without position; raises ConditionFailed when that is not as it was."""
        kept = InboundMessage.missing(change, "", {} if mark is None else changes_of(mark)).changed_by(change).changes
        row = (mark or {**key, **self.end_of("")}) | {"changes": changes_text(kept)}
        if mark is None:
            await self._table.put(row, _NEW)
            return
        condition, values = unless_changed(mark)
        await self._table.put(row, f"attribute_not_exists(#position) AND {condition}", values)

    async def _give_position(self, key: dict[str, str], mark: Row, position: str) -> None:
        condition, values = unless_changed(mark)
        await self._table.update(
            key,
            "SET #position = :position",
            f"attribute_not_exists(#position) AND {condition}",
            {"position": position, **values},
        )

    def end_of(self, position: str) -> dict[str, Any]:
        """The time at which DynamoDB removes a row; positions begin with milliseconds since 1970."""
        at = int(position[:13]) if position[:13].isdecimal() else now_ms()
        return {TTL_ATTRIBUTE: at // 1000 + self._kept_seconds}


def place_of(session_uid: str, chat: str, message_id: str, *, from_me: bool) -> dict[str, str]:
    """Of the mark of a message: what makes two of them the same one."""
    return {"session_uid": session_uid, "place": f"d#{chat}#{message_id}#{from_me}"}


def _completed(message: InboundMessage, changes: dict[str, Any]) -> InboundMessage:
    """The message with what its mark kept for it."""
    return InboundMessage.missing(message, message.position, changes).completed_by(message) if changes else message
