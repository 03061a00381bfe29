"""The inbox in DynamoDB: a row at each position, and a row for each message that holds its position.

A message is stored mark first, then row at the mark's position: a repeat after a crash in between stores the row.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, TypeVar, cast

import orjson

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE
from shared.ids import now_ms
from shared.known_fields import with_known_fields
from shared.messages.model import STATUS_CHAT, InboundMessage, InboxPage
from shared.messages.paging import FillingPage

T = TypeVar("T")

_NEW = "attribute_not_exists(#session_uid)"
_AT_ONCE = 25
"""Requests of one call under way: half of the connections that a process has to AWS."""
_REMOVED_AT_ONCE = 100
_AFTER_EVERY_POSITION = "~"  # positions begin with digits


class DynamoInbox:
    """`shared.messages.ports.Inbox`."""

    def __init__(self, table: Table, *, kept_days: int = 90) -> None:
        """DynamoDB removes rows some time after `kept_days`; they are left out from then on."""
        self._table = table
        self._kept_seconds = kept_days * 86_400

    async def append(self, messages: Sequence[InboundMessage]) -> None:
        """Store them; one that is there already (session, chat, id, from_me) is left as it is. May be repeated."""
        once = {_place(message): message for message in reversed(messages)}  # of one that comes twice, the first
        of_sessions: defaultdict[str, list[InboundMessage]] = defaultdict(list)
        for message in reversed(once.values()):
            of_sessions[message.session_uid].append(message)
        room = asyncio.Semaphore(_AT_ONCE)
        await _all_done(self._append(arrived, room) for arrived in of_sessions.values())

    async def _append(self, messages: Sequence[InboundMessage], room: asyncio.Semaphore) -> None:
        """Store those of one session: marks side by side, rows one after the other.

        A reader who has seen a message never finds one that came before it later.
        """

        async def position_of(message: InboundMessage) -> str:
            async with room:
                return await self._mark(message)

        positions = await _all_done(position_of(message) for message in messages)
        for message, position in zip(messages, positions, strict=True):
            async with room:
                with suppress(ConditionFailed):  # it is there already
                    await self._table.put(self._expiring(_row(message, position), position), _NEW)

    async def change(self, changes: Sequence[InboundMessage]) -> None:
        """Edit or delete messages, in this order; see the port."""
        for change in changes:
            position = await self._mark(change)
            while not await self._changed(change, position):
                pass

    async def _changed(self, change: InboundMessage, position: str) -> bool:
        """Change the row at a position, or store it; False when another wrote it meanwhile."""
        place = _place_at(position, status=change.is_status)
        found = await self._table.get(session_uid=change.session_uid, place=place)
        try:
            if found is None:
                await self._table.put(self._expiring(_row(change, position), position), _NEW)
            elif (after := (before := _message(found)).changed_by(change)) != before:
                row = self._expiring(_row(after, position), position)
                await self._table.put(row, "#content = :before", {"before": found["content"]})
        except ConditionFailed:
            return False
        return True

    async def get(self, session_uid: str, chat: str, message_id: str, *, from_me: bool) -> InboundMessage | None:
        """A message; None when it is not there."""
        mark = await self._table.get(session_uid=session_uid, place=f"d#{chat}#{message_id}#{from_me}")
        if mark is None:
            return None
        place = _place_at(mark["position"], status=chat == STATUS_CHAT)
        row = await self._table.get(session_uid=session_uid, place=place)
        return None if row is None else _message(row)

    async def newest(
        self, session_uid: str, *, limit: int, before: str | None = None, status: bool = False
    ) -> InboxPage:
        """A page of messages, or of status updates, newest first, older than the cursor when one is given."""
        values = {
            "session_uid": session_uid,
            "first": _place_at("", status=status),
            "last": _place_at(_AFTER_EVERY_POSITION if before is None else before, status=status),
        }
        condition = "#session_uid = :session_uid AND #place BETWEEN :first AND :last"
        filling, now = FillingPage(limit), now_ms() // 1000
        async for row in self._table.query(condition, values, newest_first=True, page=limit + 2):
            size = len(row.get("content", "")) + len(row.get("raw", b""))
            if row.get("expires", now) < now:
                break  # what comes after it is older
            if row["position"] != before and not filling.take(_message(row), size):
                break
        return filling.page()

    async def purge(self, *, before: int) -> int:  # noqa: ARG002 - DynamoDB knows by itself
        """Nothing, 0: DynamoDB removes rows by itself."""
        return 0

    async def trim(self, session_uid: str, *, keep: int) -> int:
        """Remove a session's oldest messages beyond this number, and status updates likewise; how many."""
        return sum([await self._trim(session_uid, keep, status=status) for status in (False, True)])

    async def _trim(self, session_uid: str, keep: int, *, status: bool) -> int:
        first, last = _place_at("", status=status), _place_at(_AFTER_EVERY_POSITION, status=status)
        values = {"session_uid": session_uid, "first": first, "last": last}
        condition = "#session_uid = :session_uid AND #place BETWEEN :first AND :last"
        seen = removed = 0
        places: list[dict[str, str]] = []
        async for row in self._table.query(condition, values, newest_first=True):
            seen += 1
            if seen <= keep:
                continue
            removed += 1
            _, mark = _place(_message(row))
            places += [{"session_uid": session_uid, "place": place} for place in (row["place"], mark)]
            if len(places) >= _REMOVED_AT_ONCE:
                await self._table.remove_many(places)
                places = []
        await self._table.remove_many(places)
        return removed

    def _expiring(self, row: Row, position: str) -> Row:
        """The row with the time at which DynamoDB removes it; positions begin with milliseconds since 1970."""
        at = int(position[:13]) if position[:13].isdecimal() else now_ms()
        return row | {TTL_ATTRIBUTE: at // 1000 + self._kept_seconds}

    async def clear(self, session_uid: str) -> None:
        """Remove all of a session's messages."""
        places: list[dict[str, str]] = []
        async for row in self._table.query("#session_uid = :session_uid", {"session_uid": session_uid}):
            places.append({"session_uid": session_uid, "place": row["place"]})
            if len(places) == _REMOVED_AT_ONCE:
                await self._table.remove_many(places)
                places = []
        await self._table.remove_many(places)

    async def _mark(self, message: InboundMessage) -> str:
        """Where the message is, or is to be."""
        _, place = _place(message)
        mark: Row = {"session_uid": message.session_uid, "place": place, "position": message.position}
        try:
            await self._table.put(self._expiring(mark, message.position), _NEW)
        except ConditionFailed:
            earlier = await self._table.get(session_uid=message.session_uid, place=place)
            return message.position if earlier is None else earlier["position"]
        return message.position


async def _all_done(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What came of each; when one failed, its error, after all of them have ended."""
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return cast("list[T]", outcomes)


def _place(message: InboundMessage) -> tuple[str, str]:
    """Session and place of the mark of a message: what makes two of them the same one."""
    return message.session_uid, f"d#{message.chat}#{message.id}#{message.from_me}"


def _place_at(position: str, *, status: bool) -> str:
    """Of a row: status updates are apart from messages."""
    return f"{'s' if status else 'p'}#{position}"


def _row(message: InboundMessage, position: str) -> Row:
    content = orjson.dumps(message.content).decode()
    place = _place_at(position, status=message.is_status)
    return asdict(message) | {"position": position, "place": place, "content": content}


def _message(row: Row) -> InboundMessage:
    fields: dict[str, Any] = {"from_number": None, "from_lid": None} | row
    return with_known_fields(InboundMessage, fields | {"content": orjson.loads(fields.get("content", "{}"))})
