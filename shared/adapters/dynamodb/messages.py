"""Outbound messages in DynamoDB: a row under the message's id, and a row under an Idempotency-Key that holds that id.

A message is accepted key first, then row: whoever repeats the request after a crash in between finds the key without
its row and makes the row, under the same id.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

import orjson

from shared.adapters.dynamodb.message_rows import is_kept, message_of, row_of, step_to, wa_key
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.adapters.readable import readable
from shared.errors import IdempotencyKeyReused, StoreUnavailable
from shared.ids import now_ms
from shared.messages.model import (
    FINAL_FAILURES,
    NEXT,
    Accepted,
    Failure,
    Idempotency,
    MessageState,
    OutboundMessage,
)

_ATTEMPTS = 10


class DynamoMessages:
    """`shared.messages.ports.Messages`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def accept(self, message: OutboundMessage, idempotency: Idempotency | None = None) -> Accepted:
        """Store a message as it is, or return the one stored under its id or the same unexpired idempotency key.

        Raises:
            IdempotencyKeyReused: the key was used with another body.
        """
        message = replace(message, times={message.state: message.created_at, **message.times})
        for _ in range(_ATTEMPTS):
            with suppress(ConditionFailed):  # somebody else was faster: look again
                if idempotency is None:
                    return await self._put(message)
                message_id = await self._take_key(idempotency, message.id)
                earlier = await self.get(message_id)
                if earlier is None:
                    return await self._put(message if message_id == message.id else _adopted(message, message_id))
                if earlier.state not in FINAL_FAILURES or message_id == message.id:
                    return Accepted(earlier, created=False)
                await self._pass_key(idempotency, message_id, message.id)
        raise StoreUnavailable("The Idempotency-Key is in use by too many requests at once.", retry_after=1.0)

    async def get(self, message_id: str) -> OutboundMessage | None:
        """The row, or None."""
        row = await self._table.get(id=message_id)
        return message_of(row) if row is not None and is_kept(row) else None

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
    ) -> OutboundMessage | None:
        """Move a row and note the time; None, and nothing written, when `NEXT` (or `only_from`) does not allow it."""
        allowed = {state for state, following in NEXT.items() if to in following}
        if only_from is not None:
            allowed &= set(only_from)
        if not allowed:
            return None
        told = {"epoch": epoch, "wa_id": wa_id, "failure": None if failure is None else orjson.dumps(failure).decode()}
        if wa_id is not None:
            row = await self._table.get(id=message_id)
            told["wa_key"] = None if row is None else wa_key(row["session_uid"], wa_id)
        change, condition, values = step_to(to, now, allowed, told)
        try:
            return message_of(await self._table.update({"id": message_id}, change, condition, values))
        except ConditionFailed:
            return await self._own_step(message_id, to, now, epoch)

    async def open_of(self, session_uid: str, limit: int, after: str | None = None) -> list[OutboundMessage]:
        """See the port."""
        condition, values = "#open_of = :open_of", {"open_of": session_uid}
        if after is not None:
            condition, values = f"{condition} AND #id > :after", values | {"after": after}
        found: list[OutboundMessage] = []
        async for row in self._table.query(condition, values, index="open"):
            if len(found) >= limit:
                break
            if is_kept(row) and (message := readable(row, message_of, row["id"])) is not None:
                found.append(message)
        return found

    async def sending_of(self, session_uid: str, before_epoch: int) -> list[OutboundMessage]:
        """See the port."""
        values = {"sending_of": session_uid, "epoch": before_epoch}
        query = self._table.query("#sending_of = :sending_of", values, index="sending", only="#epoch < :epoch")
        read = [readable(row, message_of, row["id"]) async for row in query if is_kept(row)]
        return [message for message in read if message is not None]

    async def settle(self, session_uid: str, wa_id: str, to: MessageState, *, now: int) -> bool:
        """Apply a receipt to the session's message with this WhatsApp id; False when there is none or it is further."""
        query = self._table.query("#wa_key = :wa_key", {"wa_key": wa_key(session_uid, wa_id)}, index="by_wa_id")
        moved = [await self.advance(row["id"], to, now=now) async for row in query]
        return any(message is not None for message in moved)

    async def delete_of(self, session_uid: str) -> None:
        """Remove every row of a session. May be repeated."""
        query = self._table.query("#session_uid = :session_uid", {"session_uid": session_uid}, index="by_session")
        async for row in query:
            await self._table.delete({"id": row["id"]})

    async def purge(self, *, before: int) -> int:  # noqa: ARG002 - DynamoDB knows by itself
        """Nothing, 0: DynamoDB removes rows 30 days after they were made, and keys that expired, by itself."""
        return 0

    async def _put(self, message: OutboundMessage) -> Accepted:
        """Store it under its id, or return what is there."""
        try:
            await self._table.put(row_of(message), "attribute_not_exists(#id)")
        except ConditionFailed:
            there = await self.get(message.id)
            if there is None:
                raise
            return Accepted(there, created=False)
        return Accepted(message, created=True)

    async def _take_key(self, idempotency: Idempotency, message_id: str) -> str:
        """The id of the message that has the key: this one when nobody had it."""
        kept = await self._table.get(id=_key(idempotency))
        if kept is None or kept["valid_until"] <= now_ms():
            values = {"valid_until": now_ms()}
            condition = "attribute_not_exists(#id) OR #valid_until <= :valid_until"
            await self._table.put(_key_row(idempotency, message_id), condition, values)
            return message_id
        if kept["body_hash"] != idempotency.body_hash:
            raise IdempotencyKeyReused
        return kept["message_id"]

    async def _pass_key(self, idempotency: Idempotency, failed_id: str, message_id: str) -> None:
        row = _key_row(idempotency, message_id)
        await self._table.put(row, "#message_id = :message_id", {"message_id": failed_id})

    async def _own_step(self, message_id: str, to: MessageState, now: int, epoch: int | None) -> OutboundMessage | None:
        """The row when it was this very step that made it so: its answer was lost and the client tried again."""
        message = None if epoch is None else await self.get(message_id)
        own = message is not None and (message.state, message.epoch, message.times.get(to)) == (to, epoch, now)
        return message if own else None


def _adopted(message: OutboundMessage, message_id: str) -> OutboundMessage:
    """The message under the id of a request that broke off: whoever is sending sends under another id, so nobody is."""
    accepted = {MessageState.ACCEPTED: message.created_at}
    return replace(message, id=message_id, state=MessageState.ACCEPTED, epoch=None, times=accepted)


def _key(idempotency: Idempotency) -> str:
    return f"idem#{idempotency.key}"


def _key_row(idempotency: Idempotency, message_id: str) -> Row:
    return {
        "id": _key(idempotency),
        "body_hash": idempotency.body_hash,
        "message_id": message_id,
        "valid_until": idempotency.expires_at,
        "expires": idempotency.expires_at // 1000 + 1,
    }
