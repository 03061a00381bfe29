"""The rows of chats in DynamoDB, among the messages of their session's inbox: what is known of each, and its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import suppress
from typing import Any

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE
from shared.chats.heads import Known
from shared.chats.model import is_of_person
from shared.ids import now_ms
from shared.jids import PHONE
from shared.messages.received import InboundMessage

CHAT = "c#"
"""What the places of these rows begin with."""
_REMOVED_AT_ONCE = 100


class ChatRows:
    """Those of a table of inboxes."""

    def __init__(self, table: Table, kept_seconds: int) -> None:
        """A row goes so many seconds after something was last told of it."""
        self._table = table
        self._kept_seconds = kept_seconds

    async def arrived(self, messages: Iterable[tuple[str, InboundMessage]]) -> None:
        """Note that messages of one session are at these positions. One write for each of their chats."""
        newest: dict[str, tuple[str, dict[str, Any]]] = {}
        session_uid = ""
        for position, message in messages:
            session_uid = message.session_uid
            last, said = newest.get(message.chat, ("", {}))
            newest[message.chat] = max(last, position), said | _said_of_its_writer(message)
        for chat, (last, said) in newest.items():
            old = last[14:15] == "h"  # of history nothing is told that is known better
            once = {name: f"if_not_exists(#{name}, :{name})" for name in said} if old else {}
            later = "attribute_not_exists(#last) OR #last < :last"
            with suppress(ConditionFailed):
                await self._set(session_uid, chat, {"last": last} | said, once, later)

    async def tell(self, session_uid: str, chat: str, values: Mapping[str, str | None]) -> None:
        """Write what is told of a chat; what is None stays."""
        said = {name: value for name, value in values.items() if value is not None}
        if said:
            await self._set(session_uid, chat, said)

    async def mark(self, session_uid: str, chat: str, name: str, upto: str) -> None:
        """Move a mark to a place, unless it is behind that already."""
        with suppress(ConditionFailed):
            await self._set(session_uid, chat, {name: upto}, {}, f"attribute_not_exists(#{name}) OR #{name} < :{name}")

    async def forget_names(self, session_uid: str, chat: str) -> None:
        """Remove what a chat is called, and how the phone had it."""
        await self._table.update(_key_of(session_uid, chat), "REMOVE #name, #push_name, #on_phone", None, {})

    async def get(self, session_uid: str, chat: str) -> Row | None:
        """What is known of an address."""
        return await self._table.get(**_key_of(session_uid, chat))

    async def all_of(self, session_uid: str) -> AsyncGenerator[Row]:
        """Everything that is known of a session's chats, in no order that means something."""
        values = {"session_uid": session_uid, "first": CHAT, "last": f"{CHAT}~"}
        async for row in self._table.query("#session_uid = :session_uid AND #place BETWEEN :first AND :last", values):
            yield row

    async def clear(self, session_uid: str, *, all_of: bool) -> None:
        """Remove the rows; unless it is all of them, those stay, without names, that say what was removed."""
        places: list[dict[str, str]] = []
        async for row in self.all_of(session_uid):
            if all_of or row.get("removed_upto") is None:
                places.append({"session_uid": session_uid, "place": row["place"]})
            else:
                kept = {"session_uid", "place", "lid", "removed_upto", TTL_ATTRIBUTE}
                await self._table.put({name: value for name, value in row.items() if name in kept})
            if len(places) == _REMOVED_AT_ONCE:
                await self._table.remove_many(places)
                places = []
        await self._table.remove_many(places)

    async def _set(
        self,
        session_uid: str,
        chat: str,
        values: Mapping[str, str],
        formed: Mapping[str, str] | None = None,
        condition: str | None = None,
    ) -> None:
        """Write values into a row, made when missing; `formed`: what is written of some in other words."""
        formed = formed or {}
        sets = ", ".join(f"#{name} = {formed.get(name, f':{name}')}" for name in (*values, TTL_ATTRIBUTE))
        end: dict[str, Any] = {TTL_ATTRIBUTE: now_ms() // 1000 + self._kept_seconds}
        await self._table.update(_key_of(session_uid, chat), f"SET {sets}", condition, {**values, **end})


def known_of(row: Row) -> Known:
    """What a row says."""
    return Known(
        row["place"].removeprefix(CHAT),
        row.get("lid"),
        row.get("name"),
        row.get("push_name"),
        row.get("read_upto"),
        row.get("removed_upto"),
        row.get("on_phone"),
    )


def _key_of(session_uid: str, chat: str) -> dict[str, str]:
    return {"session_uid": session_uid, "place": f"{CHAT}{chat}"}


def _said_of_its_writer(message: InboundMessage) -> dict[str, str]:
    """Which LID belongs to the number of a chat, and what its person is called, as far as a message says so."""
    if message.from_me or not is_of_person(message.chat):
        return {}
    lid = message.from_lid if message.chat.endswith(f"@{PHONE}") else None
    return {name: value for name, value in (("lid", lid), ("push_name", message.push_name)) if value}
