"""Outcomes that were not told, in DynamoDB: such rows stay in the index of those that are being sent.

So the write of an outcome leaves that index as it is, and the one write more for each message is what takes the mark
away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress

from shared.adapters.dynamodb.message_rows import is_kept, key_of, message_of
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.messages.model import MessageState
from shared.messages.readable import readable
from shared.messages.untold import Mark, Untold

_AT_ONCE = 16


class DynamoOutcomes:
    """`shared.messages.untold.Outcomes`, on the table of messages."""

    looks_apart = 300.0

    def __init__(self, table: Table) -> None:
        self._table = table
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def untold(self, session_uids: Collection[str], *, limit: int) -> list[Untold]:
        """See the port."""
        found = await asyncio.gather(*(self._of(uid, limit) for uid in session_uids))
        return [each for some in found for each in some]

    async def told(self, marks: Sequence[Mark]) -> None:
        """See the port."""
        await asyncio.gather(*map(self._unmark, marks))

    async def _of(self, session_uid: str, limit: int) -> list[Untold]:
        """The first by their ids, in the order of their marks."""
        found: list[Untold] = []
        async with self._turns:
            query = self._table.query(
                "#pk = :pk", {"pk": session_uid}, index="sending", only="attribute_exists(#untold)"
            )
            async for row in query:
                if is_kept(row) and (each := readable(row, _untold_of, row["sk"])) is not None:
                    found.append(each)
                if len(found) == limit:
                    break
        return sorted(found, key=lambda each: each.mark)

    async def _unmark(self, of: Mark) -> None:
        key = key_of(of.session_uid, of.message_id)
        async with self._turns:
            with suppress(ConditionFailed):
                await self._table.update(key, "REMOVE #untold, #sending", "#untold = :mark", {"mark": of.mark})


def _untold_of(row: Row) -> Untold:
    message = message_of(row)
    return Untold(
        session_uid=message.session_uid,
        message_id=message.id,
        mark=row["untold"],
        to=message.to,
        type=message.content["type"],
        wa_id=message.wa_id,
        failure=message.failure,
        sent_at=message.times.get(MessageState.SENT),
        sender=message.sender,
        client_ref=message.about.get("client_ref"),
        size=(message.content.get("file") or {}).get("size"),
    )
