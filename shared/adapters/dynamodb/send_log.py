"""The newest messages that a session was asked to send, in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence

from shared.adapters.dynamodb.message_rows import is_kept, message_of
from shared.adapters.dynamodb.table import Table
from shared.ids import first_message_id
from shared.messages.model import OutboundMessage
from shared.messages.readable import readable

_FIRST = first_message_id(0)
_LAST = f"{_FIRST.rstrip('0')}~"


class DynamoSendLog:
    """`shared.messages.send_log.SendLog`, on the table of messages."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def newest(self, session_uid: str, *, limit: int, before: str | None = None) -> Sequence[OutboundMessage]:
        """See the port. Timers and receipts of the session stand beside its messages, under other words."""
        values = {"pk": session_uid, "first": _FIRST, "last": before or _LAST}
        condition = "#pk = :pk AND #sk BETWEEN :first AND :last"
        found: list[OutboundMessage] = []
        async for row in self._table.query(condition, values, newest_first=True, page=limit + 1):
            if row["sk"] == before or not is_kept(row):
                continue
            if (message := readable(row, message_of, row["sk"])) is not None:
                found.append(message)
            if len(found) >= limit:
                break
        return found
