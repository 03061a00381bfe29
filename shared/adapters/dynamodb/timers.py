"""Disappearing timers of chats in DynamoDB: items among the messages of their session."""

from __future__ import annotations

from contextlib import suppress

from shared.adapters.dynamodb.message_rows import TIMER, timer_of, timer_row
from shared.adapters.dynamodb.table import ConditionFailed, Table
from shared.messages.model import ChatTimer


class TimerRows:
    """The part of `shared.messages.ports.Messages` that is about them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def set_timer(self, timer: ChatTimer) -> None:
        """Keep the disappearing timer of a chat, unless one of the same number that was set later is kept."""
        newest = "attribute_not_exists(#pk) OR #own <> :own OR #set_at <= :set_at"
        with suppress(ConditionFailed):
            await self._table.put(timer_row(timer), newest, {"own": timer.own, "set_at": timer.set_at})

    async def timers_of(self, session_uid: str) -> list[ChatTimer]:
        """The timers of all of a session's chats that were ever told, in no order."""
        values = {"pk": session_uid, "first": TIMER, "last": f"{TIMER}~"}  # chats begin with digits
        query = self._table.query("#pk = :pk AND #sk BETWEEN :first AND :last", values)
        return [timer_of(row) async for row in query]
