"""Receipts of people in DynamoDB: an item for each person and message, among the messages of its session."""

from __future__ import annotations

from collections.abc import Sequence

from shared.adapters.dynamodb.message_rows import key_of
from shared.adapters.dynamodb.table import Row, Table
from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE
from shared.ids import now_ms
from shared.messages.receipts import STATES, PersonReceipt

_KEPT_FOR = 30 * 86_400
"""Seconds, as the messages."""


class DynamoReceipts:
    """`shared.messages.receipts.ReceiptRows`, on the table of messages."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def note(self, session_uid: str, wa_id: str, person: PersonReceipt) -> bool:
        """Add what a person says of the session's message; see the port."""
        if not await self._is_there(session_uid, wa_id):
            return False
        said = {"number": person.number, "lid": person.lid} | {state: getattr(person, state) for state in STATES}
        values = {name: value for name, value in said.items() if value is not None}
        values[TTL_ATTRIBUTE] = now_ms() // 1000 + _KEPT_FOR
        sets = ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in values)
        key = key_of(session_uid, _place(wa_id, person.person))
        await self._table.update(key, f"SET {sets}", None, values)
        return True

    async def of(
        self, session_uid: str, wa_id: str, *, limit: int, after: str | None = None
    ) -> Sequence[PersonReceipt]:
        """Those of a message in the order of `person`."""
        first = _place(wa_id, after or "")
        values = {"pk": session_uid, "first": first, "last": _place(wa_id, "~")}  # people begin with digits
        found: list[PersonReceipt] = []
        query = self._table.query("#pk = :pk AND #sk BETWEEN :first AND :last", values, page=limit + 1)
        async for row in query:
            if row["sk"] != first:
                found.append(_receipt(row))
            if len(found) == limit:
                break
        return found

    async def delete_of(self, session_uid: str) -> None:
        """Nothing: they go with the session's messages, whose collection they are in."""

    async def purge(self, *, before: int) -> int:  # noqa: ARG002 - DynamoDB knows by itself
        """Nothing, 0: DynamoDB removes them by itself."""
        return 0

    async def _is_there(self, session_uid: str, wa_id: str) -> bool:
        values = {"pk": session_uid, "wa_id": wa_id}
        async for _ in self._table.query("#pk = :pk AND #wa_id = :wa_id", values, index="by_wa_id", page=1):
            return True
        return False


def _place(wa_id: str, person: str) -> str:
    return f"receipt#{wa_id}#{person}"


def _receipt(row: Row) -> PersonReceipt:
    return PersonReceipt(row.get("number"), row.get("lid"), *(row.get(state) for state in STATES))
