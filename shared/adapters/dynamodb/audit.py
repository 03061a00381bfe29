"""The audit log in DynamoDB: each entry in the partition of its day, and in that of the key that it concerns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from shared.adapters.dynamodb.table import Row, Table, Write
from shared.ids import audited_at, now_ms
from shared.tenants.audit import KEPT_FOR_MS, AuditEntry, entry_of, entry_text

_DAYS = KEPT_FOR_MS // 86_400_000
_LAST = "~"


class DynamoAuditLog:
    """`shared.tenants.audit.AuditLog`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def begin(self, entry: AuditEntry) -> None:
        """Keep an entry."""
        await self._write(entry)

    async def end(self, entry: AuditEntry) -> None:
        """Note what came of it."""
        await self._write(entry)

    async def page(self, of: str | None, *, before: str | None, limit: int) -> list[AuditEntry]:
        """See the port."""
        if of is not None:
            return await self._some(_of_key(of), before, limit)
        newest = _day(now_ms() if before is None else audited_at(before))
        found: list[AuditEntry] = []
        for back in range(_DAYS + 2):  # a clock of another process may be ahead
            found += await self._some(_of_day(newest - timedelta(days=back - 1)), before, limit - len(found))
            if len(found) == limit:
                break
        return found

    async def _some(self, partition: str, before: str | None, limit: int) -> list[AuditEntry]:
        values = {"pk": partition, "before": before or _LAST}
        found: list[AuditEntry] = []
        rows = self._table.query("#pk = :pk AND #sk < :before", values, newest_first=True, page=limit)
        async for row in rows:
            found.append(entry_of(row["entry"]))
            if len(found) == limit:
                break
        return found

    async def _write(self, entry: AuditEntry) -> None:
        both = (_of_day(_day(entry.at)), _of_key(entry.of))
        await self._table.together(*(Write.put(_row(partition, entry)) for partition in both))


def _row(partition: str, entry: AuditEntry) -> Row:
    return {"pk": partition, "sk": entry.id, "entry": entry_text(entry), "expires": (entry.at + KEPT_FOR_MS) // 1000}


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / 1000, UTC).date()


def _of_day(day: date) -> str:
    return f"audit@{day.isoformat()}"


def _of_key(of: str) -> str:
    return f"audit#{of}"
