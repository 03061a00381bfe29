"""What keys did, in DynamoDB: a row for each hour of a key, in the table of webhooks, which expires rows."""

from __future__ import annotations

from collections import defaultdict

from shared.adapters.dynamodb.table import Table
from shared.tenants.usage import HOUR_MS, KEPT_HOURS, Counted, Counts

_DIGITS = 10


class DynamoUsage:
    """`shared.tenants.usage.UsageRows`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, counts: Counts) -> None:
        """Add to what is there, an hour of a key at a time."""
        rows: defaultdict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for (key_id, hour, what), number in counts.items():
            rows[key_id, hour][_attribute(what)] = number
        for (key_id, hour), numbers in rows.items():
            added = ", ".join(f"#{name} :{name}" for name in numbers)
            values = {**numbers, "expires": (hour + KEPT_HOURS) * HOUR_MS // 1000}
            where = {"pk": _of_key(key_id), "sk": _at(hour)}
            await self._table.update(where, f"ADD {added} SET #expires = :expires", None, values)

    async def between(self, key_id: str, first: int, last: int) -> list[Counted]:
        """What a key did from the first hour up to the last."""
        values = {"pk": _of_key(key_id), "first": _at(first), "last": _at(last)}
        rows = self._table.query("#pk = :pk AND #sk BETWEEN :first AND :last", values)
        found = [
            Counted(int(row["sk"]), name.replace("__", "."), number)
            async for row in rows
            for name, number in row.items()
            if name not in {"pk", "sk", "expires"}
        ]
        return sorted(found, key=lambda each: (each.hour, each.what))


def _attribute(what: str) -> str:
    """A name without a dot, which means something in an expression."""
    return what.replace(".", "__")


def _of_key(key_id: str) -> str:
    return f"usage#{key_id}"


def _at(hour: int) -> str:
    return str(hour).zfill(_DIGITS)
