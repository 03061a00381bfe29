"""Outbound messages in DynamoDB: a row under session and id, and rows that lead there by id and by Idempotency-Key.

A message is accepted key first, then row: whoever repeats the request after a crash in between finds the key without
its row and makes the row, under the same id. All rows of a session are one collection, whose local indexes are read
as every finished write left them: no receipt and no message that waits is missed because an index is behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

import orjson

from shared.adapters.dynamodb.message_rows import (
    adopted,
    chat_place,
    is_kept,
    key_of,
    message_of,
    request_key,
    request_row_of,
    row_of,
    said_step,
    signpost_key,
    signpost_of,
    step_to,
)
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.adapters.dynamodb.timers import TimerRows
from shared.errors import IdempotencyKeyReused, StoreUnavailable
from shared.ids import now_ms
from shared.messages.changes import Change
from shared.messages.model import (
    FINAL_FAILURES,
    HANDED_OVER,
    NEXT,
    Accepted,
    Failure,
    Idempotency,
    MessageState,
    OutboundMessage,
)
from shared.messages.readable import readable

_ATTEMPTS = 10
_REQUEUED_FROM = (MessageState.SENT, MessageState.UNKNOWN)
_KNOWN_AT_MOST = 20_000
"""Messages whose session this process remembers, some 4 MB."""
_REMOVED_AT_ONCE = 100
"""Messages removed in one request."""


class DynamoMessages(TimerRows):
    """`shared.messages.ports.Messages`."""

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._sessions: dict[str, str] = {}
        """By message: its session, which never changes."""

    async def accept(self, message: OutboundMessage, idempotency: Idempotency | None = None) -> Accepted:
        """See the port."""
        message = replace(message, times={message.state: message.created_at, **message.times})
        for _ in range(_ATTEMPTS):
            with suppress(ConditionFailed):  # somebody else was faster: look again
                if idempotency is None:
                    return await self._put(message)
                session_uid, message_id = await self._take_key(idempotency, message)
                earlier = await self._in(session_uid, message_id)
                if earlier is None and session_uid == message.session_uid:
                    return await self._put(message if message_id == message.id else adopted(message, message_id))
                if earlier is not None and (earlier.state not in FINAL_FAILURES or message_id == message.id):
                    await self._table.put(signpost_of(earlier))  # what leads to it may be what broke off
                    return Accepted(earlier, created=False)
                await self._pass_key(idempotency, message_id, message)
        raise StoreUnavailable("The Idempotency-Key is in use by too many requests at once.", retry_after=1.0)

    async def of_request(self, idempotency: Idempotency) -> OutboundMessage | None:
        """The message that stands for a request; see the port."""
        kept = await self._table.get(**request_key(idempotency))
        if kept is None or kept["valid_until"] <= now_ms():
            return None
        if kept["body_hash"] != idempotency.body_hash:
            raise IdempotencyKeyReused
        found = await self._in(kept["session_uid"], kept["message_id"])
        return None if found is None or found.state in FINAL_FAILURES else found

    async def get(self, message_id: str) -> OutboundMessage | None:
        """The row, or None."""
        session_uid = await self._session_of(message_id)
        return None if session_uid is None else await self._in(session_uid, message_id)

    async def advance(  # noqa: PLR0913 - one conditional write has all these parts
        self,
        message_id: str,
        to: MessageState,
        *,
        now: int,
        only_from: Collection[MessageState] | None = None,
        epoch: int | None = None,
        wa_id: str | None = None,
        failure: Failure | None = None,
        recipient: str | None = None,
        sender: str | None = None,
    ) -> OutboundMessage | None:
        """Move a row and note the time; None, and nothing written, when `NEXT` (or `only_from`) does not allow it."""
        allowed = {state for state, following in NEXT.items() if to in following}
        if only_from is not None:
            allowed &= set(only_from)
        if not allowed:
            return None
        session_uid = await self._session_of(message_id)
        if session_uid is None:
            return None
        told = {
            "epoch": epoch,
            "wa_id": wa_id,
            "failure": None if failure is None else orjson.dumps(failure).decode(),
            "recipient": recipient,
            "chat_place": None if recipient is None else chat_place(recipient, message_id),
        }
        change, condition, values = step_to(message_id, to, now, allowed, told, {"sender": sender})
        try:
            return message_of(await self._table.update(key_of(session_uid, message_id), change, condition, values))
        except ConditionFailed:
            return await self._own_step(message_id, to, now, epoch)

    async def open_of(self, session_uid: str, limit: int, after: str | None = None) -> list[OutboundMessage]:
        """See the port."""
        condition, values = "#pk = :pk", {"pk": session_uid}
        if after is not None:
            condition, values = f"{condition} AND #open > :after", values | {"after": after}
        found: list[OutboundMessage] = []
        async for row in self._table.query(condition, values, index="open"):
            if len(found) >= limit:
                break
            if is_kept(row) and (message := readable(row, self._seen, row["sk"])) is not None:
                found.append(message)
        return found

    async def with_open(self, session_uids: Collection[str]) -> Collection[str]:
        """See the port: all of them, since each would be a question of its own."""
        return session_uids

    async def count_open(self, session_uid: str, at_most: int) -> int:
        """See the port."""
        count = 0
        async for row in self._table.query("#pk = :pk", {"pk": session_uid}, index="open"):
            if (count := count + is_kept(row)) >= at_most:
                break
        return count

    async def sending_of(self, session_uid: str, before_epoch: int) -> list[OutboundMessage]:
        """See the port."""
        values = {"pk": session_uid, "epoch": before_epoch, "state": MessageState.SENDING.value}
        only = "#epoch < :epoch AND #state = :state"
        query = self._table.query("#pk = :pk", values, index="sending", only=only)
        read = [readable(row, self._seen, row["sk"]) async for row in query if is_kept(row)]
        return [message for message in read if message is not None]

    async def settle(self, session_uid: str, wa_id: str, to: MessageState, *, now: int) -> bool:
        """Apply a receipt to the session's message with this WhatsApp id; False when there is none or it is further."""
        moved = False
        for message_id in await self._with_wa_id(session_uid, wa_id):
            changed = await self.advance(message_id, to, now=now, only_from=HANDED_OVER)
            # Apart: it is told when a receipt settles what was unknown.
            changed = changed or await self.advance(message_id, to, now=now, only_from={MessageState.UNKNOWN})
            moved = moved or changed is not None
        return moved

    async def by_wa_id(self, session_uid: str, wa_id: str) -> OutboundMessage | None:
        """The session's message with this WhatsApp id, or None."""
        ids = await self._with_wa_id(session_uid, wa_id)
        return await self._in(session_uid, ids[0]) if ids else None

    async def change(self, wa_id: str, change: Change) -> bool:
        """See the port."""
        while (before := await self.by_wa_id(change.session_uid, wa_id)) is not None:
            after = before.changed_by(change)
            if after is before:
                return True
            with suppress(ConditionFailed):
                await self._table.update(key_of(before.session_uid, before.id), *said_step(before, after))
                return True
        return False

    async def requeue(self, message_id: str, wa_id: str, *, now: int, expires_at: int) -> OutboundMessage | None:
        """Have a message sent once more; None when it is not SENT or UNKNOWN under this WhatsApp id."""
        session_uid = await self._session_of(message_id)
        if session_uid is None:
            return None
        change, condition, values = step_to(
            message_id, MessageState.QUEUED, now, _REQUEUED_FROM, {"queue": True, "expires_at": expires_at}
        )
        values |= {"its_id": wa_id}
        try:
            change, condition = f"{change}, #failure", f"{condition} AND #wa_id = :its_id"  # its last part removes
            changed = await self._table.update(key_of(session_uid, message_id), change, condition, values)
        except ConditionFailed:
            return None
        return message_of(changed)

    async def delete_of(self, session_uid: str) -> None:
        """Remove every row of a session. May be repeated."""
        messages: list[str] = []
        async for row in self._table.query("#pk = :pk", {"pk": session_uid}):
            messages.append(row["sk"])
            if len(messages) == _REMOVED_AT_ONCE:
                await self._remove(session_uid, messages)
                messages = []
        await self._remove(session_uid, messages)

    async def purge(self, *, before: int) -> int:  # noqa: ARG002 - DynamoDB knows by itself
        """Nothing, 0: DynamoDB removes rows 30 days after they were made, and keys that expired, by itself."""
        return 0

    async def _with_wa_id(self, session_uid: str, wa_id: str) -> list[str]:
        """The ids of its messages with this one of WhatsApp's, the oldest first."""
        values = {"pk": session_uid, "wa_id": wa_id}
        query = self._table.query("#pk = :pk AND #wa_id = :wa_id", values, index="by_wa_id")
        ids = sorted([row["sk"] async for row in query])
        for message_id in ids:
            self._remember(message_id, session_uid)
        return ids

    async def _put(self, message: OutboundMessage) -> Accepted:
        """Store it under its id, or return what is there."""
        # At once: without its row, what leads to it leads to nothing; and a repeat writes it again.
        self._remember(message.id, message.session_uid)
        signpost = asyncio.create_task(self._table.put(signpost_of(message)))
        try:
            await self._table.put(row_of(message), "attribute_not_exists(#pk)")
        except ConditionFailed:
            await signpost
            there = await self._in(message.session_uid, message.id)
            if there is None:
                raise
            return Accepted(there, created=False)
        finally:
            await asyncio.wait({signpost})
        signpost.result()
        return Accepted(message, created=True)

    async def _in(self, session_uid: str, message_id: str) -> OutboundMessage | None:
        row = await self._table.get(**key_of(session_uid, message_id))
        return self._seen(row) if row is not None and is_kept(row) else None

    async def _session_of(self, message_id: str) -> str | None:
        """The session of a message; None when there is no such message."""
        known = self._sessions.get(message_id)
        if known is not None:
            return known
        signpost = await self._table.get(**signpost_key(message_id))
        return None if signpost is None else signpost["session_uid"]

    def _seen(self, row: Row) -> OutboundMessage:
        message = message_of(row)
        self._remember(message.id, message.session_uid)
        return message

    def _remember(self, message_id: str, session_uid: str) -> None:
        if len(self._sessions) >= _KNOWN_AT_MOST:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[message_id] = session_uid

    async def _remove(self, session_uid: str, messages: list[str]) -> None:
        """What leads to the rows first: a repeat after a crash in between finds the rows."""
        await self._table.remove_many([signpost_key(message) for message in messages])
        await self._table.remove_many([key_of(session_uid, message) for message in messages])

    async def _take_key(self, idempotency: Idempotency, message: OutboundMessage) -> tuple[str, str]:
        """Session and id of the message that has the key: this one when nobody had it."""
        kept = await self._table.get(**request_key(idempotency))
        if kept is None or kept["valid_until"] <= now_ms():
            values = {"valid_until": now_ms()}
            condition = "attribute_not_exists(#pk) OR #valid_until <= :valid_until"
            await self._table.put(request_row_of(idempotency, message), condition, values)
            return message.session_uid, message.id
        if kept["body_hash"] != idempotency.body_hash:
            raise IdempotencyKeyReused
        return kept["session_uid"], kept["message_id"]

    async def _pass_key(self, idempotency: Idempotency, failed_id: str, message: OutboundMessage) -> None:
        row = request_row_of(idempotency, message)
        await self._table.put(row, "#message_id = :message_id", {"message_id": failed_id})

    async def _own_step(self, message_id: str, to: MessageState, now: int, epoch: int | None) -> OutboundMessage | None:
        """The row when it was this very step that made it so: its answer was lost and the client tried again."""
        message = None if epoch is None else await self.get(message_id)
        own = message is not None and (message.state, message.epoch, message.times.get(to)) == (to, epoch, now)
        return message if own else None
