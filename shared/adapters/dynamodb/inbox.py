"""The inbox in DynamoDB: a row at each position, and a row for each message that holds its position.

A message is stored mark first, then row at the mark's position: a repeat after a crash in between stores the row.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar, cast

from shared.adapters.dynamodb.chat_rows import CHAT, ChatRows
from shared.adapters.dynamodb.inbox_marks import Marks, place_of
from shared.adapters.dynamodb.inbox_rows import HISTORY, MESSAGES, STATUS, expired, inbound_of, place, place_at, row_of
from shared.adapters.dynamodb.message_rows import unless_changed
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.ids import now_ms
from shared.messages.changes import Change
from shared.messages.changes import waiting as waiting_of
from shared.messages.paging import FillingPage, inbox_page
from shared.messages.received import STATUS_CHAT, InboundMessage, InboxPage

T = TypeVar("T")

_NEW = "attribute_not_exists(#session_uid)"
_AT_ONCE = 25
"""Requests of one call under way: half of the connections that a process has to AWS."""
_REMOVED_AT_ONCE = 100
_FETCH = "f#"
_STORED_WITHIN = 600_000
"""Milliseconds after which a row that was about to be stored is there, or will be noted again."""
_KIND = slice(14, 15)
"""Where a position of history says so."""
_AFTER_EVERY_POSITION = "~"  # positions begin with digits


class DynamoInbox:
    """`shared.messages.ports.Inbox`."""

    def __init__(self, table: Table, messages: Table, *, kept_days: int = 90) -> None:
        """DynamoDB removes rows some time after `kept_days`; they are left out from then on.

        Args:
            table: of inboxes.
            messages: what was sent from here.
            kept_days: see there.
        """
        self._table = table
        self._messages = messages
        self._marks = Marks(table, kept_days * 86_400)
        self._chats = ChatRows(table, kept_days * 86_400)

    async def append(self, messages: Sequence[InboundMessage]) -> list[Change]:
        """Store them; one that is there already (session, chat, id, from_me) is left as it is. See the port."""
        once = {_mark(message)["place"] + message.session_uid: message for message in reversed(messages)}
        of_sessions: defaultdict[str, list[InboundMessage]] = defaultdict(list)  # of one that comes twice, the first
        for message in reversed(once.values()):
            of_sessions[message.session_uid].append(message)
        room = asyncio.Semaphore(_AT_ONCE)
        sealed = await _all_done(self._append(arrived, room) for arrived in of_sessions.values())
        return [each for session in sealed for each in session]

    async def _append(self, messages: Sequence[InboundMessage], room: asyncio.Semaphore) -> list[Change]:
        """Store those of one session: marks side by side, rows one after the other.

        A reader who has seen a message never finds one that came before it later.
        """

        async def marked(message: InboundMessage) -> tuple[str, InboundMessage]:
            async with room:
                return await self._marks.take(message)

        sealed: list[Change] = []
        messages = [message for message in messages if not await self._was_sent_here(message)]
        marks = await _all_done(marked(message) for message in messages)
        for position, message in marks:
            async with room:
                if position[_KIND] == HISTORY and not message.is_history:
                    await self._replace_history(message, position)
                    continue
                try:
                    if message.fetches:
                        await self._point_to(message, position)
                    await self._table.put(self._row(message, position), _NEW)
                    there = message
                except ConditionFailed:  # it is there already, or what was said about it is
                    there = await self._completed(message, position)
                sealed += waiting_of(there.changes, "sealed")
        async with room:
            await self._chats.arrived(marks)
        return sealed

    async def _was_sent_here(self, message: InboundMessage) -> bool:
        """Whether the phone tells of a message that this gateway has sent, and has the row of."""
        if not (message.is_history and message.from_me):
            return False
        values = {"pk": message.session_uid, "wa_id": message.id}
        async for _ in self._messages.query("#pk = :pk AND #wa_id = :wa_id", values, index="by_wa_id", page=1):
            return True
        return False

    async def _replace_history(self, message: InboundMessage, position: str) -> None:
        """Put what arrived in place of what the phone has told of it: a new row, its mark, and then the old row goes.

        Whoever repeats it after a crash in between finds the mark as it was, or all of it done but the last.
        """
        old = {"session_uid": message.session_uid, "place": place_at(message, position)}
        found = await self._table.get(**old)
        if found is not None:
            message = replace(message, changes=inbound_of(found).changes)
        await self._table.put(self._row(message, message.position))
        await self._marks.move(message)
        await self._table.delete(old)

    async def _completed(self, message: InboundMessage, position: str) -> InboundMessage:
        """The row at a position, when it has taken the message that it may have waited for."""
        while True:
            found = await self._table.get(session_uid=message.session_uid, place=place_at(message, position))
            if found is None:  # removed in this moment
                return message
            after = (before := inbound_of(found)).completed_by(message)
            with suppress(ConditionFailed):
                if after is not before:
                    await self._replace(found, after, position)
                return after

    async def change(self, changes: Sequence[Change]) -> list[bool]:
        """Have messages take what is said about them; see the port."""
        return [await self._change(change) for change in changes]

    async def _change(self, change: Change) -> bool:
        """Change the row of a message, whether it is there; it is tried again when another wrote it meanwhile."""
        while (position := await self._marks.position_of(change)) is not None:
            missing = InboundMessage.missing(change, position)
            found = await self._table.get(session_uid=change.session_uid, place=place_at(missing, position))
            if found is None and not change.waits_for_message:
                return False
            before = missing if found is None else inbound_of(found)
            after = before.changed_by(change)
            with suppress(ConditionFailed):
                if found is None:  # it is being stored: whoever does that finds this row
                    await self._table.put(self._row(after, position), _NEW)
                elif after is not before:
                    await self._replace(found, after, position)
                return before.is_there
        return False

    async def _replace(self, found: Row, after: InboundMessage, position: str) -> None:
        """Write a row in place of what was read; raises ConditionFailed when it is not that any more."""
        condition, values = unless_changed(found)
        condition = f"#content = :content_before AND #type = :type_before AND {condition}"
        values |= {"content_before": found["content"], "type_before": found["type"]}
        if after.fetches:
            await self._point_to(after, position)
        await self._table.put(self._row(after, position), condition, values)

    async def _point_to(self, message: InboundMessage, position: str) -> None:
        """Note that the file of a message is to be had, before its row says so."""
        row = {name: getattr(message, name) for name in ("session_uid", "chat", "id", "from_me")}
        await self._table.put(row | {"place": f"{_FETCH}{position}", **self._marks.end_of(position)})

    async def to_fetch(self, session_uid: str, *, limit: int) -> list[InboundMessage]:
        """Messages of a session whose files are still to be had, the first first."""
        found: list[InboundMessage] = []
        values = {"session_uid": session_uid, "first": _FETCH, "last": f"{_FETCH}{_AFTER_EVERY_POSITION}"}
        condition = "#session_uid = :session_uid AND #place BETWEEN :first AND :last"
        async for row in self._table.query(condition, values, page=limit):
            message = await self.get(session_uid, row["chat"], row["id"], from_me=row["from_me"])
            if message is not None and message.fetches:
                found.append(message)
            elif message is not None or int(row["place"][2:15]) < now_ms() - _STORED_WITHIN:
                await self._table.delete({"session_uid": session_uid, "place": row["place"]})
            if len(found) == limit:
                break
        return found

    async def get(self, session_uid: str, chat: str, message_id: str, *, from_me: bool) -> InboundMessage | None:
        """A message; None when it is not there."""
        mark = await self._table.get(**place_of(session_uid, chat, message_id, from_me=from_me))
        if mark is None or "position" not in mark:
            return None
        its_place = place(mark["position"], kind=STATUS if chat == STATUS_CHAT else MESSAGES)
        row = await self._table.get(session_uid=session_uid, place=its_place)
        found = None if row is None else inbound_of(row)
        return found if found is not None and found.is_there else None

    async def newest(
        self, session_uid: str, *, limit: int, before: str | None = None, status: bool = False
    ) -> InboxPage:
        """A page of messages, or of status updates, newest first, older than the cursor when one is given."""
        kind = STATUS if status else MESSAGES
        values = {
            "session_uid": session_uid,
            "first": place("", kind=kind),
            "last": place(_AFTER_EVERY_POSITION if before is None else before, kind=kind),
        }
        condition = "#session_uid = :session_uid AND #place BETWEEN :first AND :last"
        filling = FillingPage[InboundMessage](limit)
        async for row in self._table.query(condition, values, newest_first=True, page=limit + 2):
            if expired(row):
                break  # what comes after it is older
            message = inbound_of(row)
            size = sum(len(row.get(name, "")) for name in ("content", "raw", "changes"))
            if row["position"] != before and message.is_there and not filling.take(message, size):
                break
        return inbox_page(filling)

    async def purge(self, *, before: int) -> int:  # noqa: ARG002 - DynamoDB knows by itself
        """Nothing, 0: DynamoDB removes rows by itself."""
        return 0

    async def trim(self, session_uid: str, *, keep: int) -> int:
        """Remove a session's oldest messages beyond this number, and status updates and history likewise; how many."""
        return sum([await self._trim(session_uid, keep, kind) for kind in (MESSAGES, STATUS, HISTORY)])

    async def _trim(self, session_uid: str, keep: int, kind: str) -> int:
        first, last = place("", kind=kind), place(_AFTER_EVERY_POSITION, kind=kind)
        values = {"session_uid": session_uid, "first": first, "last": last}
        condition = "#session_uid = :session_uid AND #place BETWEEN :first AND :last"
        seen = removed = 0
        places: list[dict[str, str]] = []
        async for row in self._table.query(condition, values, newest_first=True):
            seen += 1
            if seen <= keep:
                continue
            removed += 1
            places += [{"session_uid": session_uid, "place": row["place"]}, _mark(inbound_of(row))]
            if len(places) >= _REMOVED_AT_ONCE:
                await self._table.remove_many(places)
                places = []
        await self._table.remove_many(places)
        return removed

    def _row(self, message: InboundMessage, position: str) -> Row:
        """A message as a row, with the time at which DynamoDB removes it."""
        return row_of(message, position) | self._marks.end_of(position)

    async def clear(self, session_uid: str) -> None:
        """Remove all of a session's messages."""
        places: list[dict[str, str]] = []
        async for row in self._table.query("#session_uid = :session_uid", {"session_uid": session_uid}):
            if not row["place"].startswith(CHAT):
                places.append({"session_uid": session_uid, "place": row["place"]})
            if len(places) == _REMOVED_AT_ONCE:
                await self._table.remove_many(places)
                places = []
        await self._table.remove_many(places)


async def _all_done(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What came of each; when one failed, its error, after all of them have ended."""
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return cast("list[T]", outcomes)


def _mark(message: InboundMessage) -> dict[str, str]:
    return place_of(message.session_uid, message.chat, message.id, from_me=message.from_me)
