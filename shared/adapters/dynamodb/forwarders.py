"""Forwarders in DynamoDB: all of them in one partition, which who forwards reads whole."""

from __future__ import annotations

from contextlib import suppress

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.forwarders.model import Forwarder, Progress
from shared.forwarders.written import forwarder_of, forwarder_text, progress_of, progress_text

_ALL = "forwarders"


class DynamoForwarders:
    """`shared.forwarders.ports.Forwarders`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, forwarder: Forwarder, progress: Progress) -> None:
        """Store a new one, and where it begins."""
        row = {"forwarder": forwarder_text(forwarder), "progress": progress_text(progress), "epoch": progress.epoch}
        await self._table.put(_key_of(forwarder.id) | row)

    async def all(self) -> list[tuple[Forwarder, Progress]]:
        """All there are, oldest first."""
        rows = self._table.query("#pk = :pk", {"pk": _ALL})
        return [(forwarder_of(row["forwarder"]), _progress(row)) async for row in rows]

    async def any(self) -> bool:
        """Whether there is one."""
        async for _ in self._table.query("#pk = :pk", {"pk": _ALL}, page=1):
            return True
        return False

    async def delete(self, forwarder_id: str) -> bool:
        """Remove it; False when there is none."""
        return await self._table.delete(_key_of(forwarder_id))

    async def take(self, forwarder_id: str) -> Progress | None:
        """Become the one who forwards: how far it is; None when it is gone."""
        with suppress(ConditionFailed):
            key = _key_of(forwarder_id)
            return _progress(await self._table.update(key, "ADD #epoch :one", "attribute_exists(#pk)", {"one": 1}))
        return None

    async def note(self, forwarder_id: str, progress: Progress) -> bool:
        """Store how far it is; False when somebody took it since, or it is gone."""
        with suppress(ConditionFailed):
            values = {"progress": progress_text(progress), "epoch": progress.epoch}
            await self._table.update(_key_of(forwarder_id), "SET #progress = :progress", "#epoch = :epoch", values)
            return True
        return False


def _key_of(forwarder_id: str) -> dict[str, str]:
    return {"pk": _ALL, "sk": forwarder_id}


def _progress(row: Row) -> Progress:
    return progress_of(row["progress"], row["epoch"])
