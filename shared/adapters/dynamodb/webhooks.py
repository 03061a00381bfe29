"""Webhooks in DynamoDB: all of them in one partition, which who delivers reads whole; and a row that counts a key's."""

from __future__ import annotations

from contextlib import suppress

from shared.adapters.dynamodb.contention import until_written
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table, Write
from shared.webhooks.model import Webhook
from shared.webhooks.written import webhook_of, webhook_text

_ALL = "webhooks"


class DynamoWebhooks:
    """`shared.webhooks.ports.Webhooks`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, webhook: Webhook, *, at_most: int) -> bool:
        """Store a new one; False when its key has as many as that."""

        async def add() -> bool:
            counted = await self._table.get(**_count_of(webhook.key_id))
            if (0 if counted is None else counted["webhooks"]) >= at_most:
                return False
            await self._table.together(
                Write.put(_row(webhook, webhook.version), "attribute_not_exists(#pk)"),
                _counted(webhook.key_id, 1, "attribute_not_exists(#webhooks) OR #webhooks < :at_most", at_most=at_most),
            )
            return True

        return await until_written("The number of webhooks", add)

    async def get(self, key_id: str, webhook_id: str) -> Webhook | None:
        """The key's webhook with this id, or None."""
        row = await self._table.get(**_key_of(key_id, webhook_id))
        return None if row is None else _webhook(row)

    async def of_key(self, key_id: str) -> list[Webhook]:
        """All of a key, oldest first."""
        values = {"pk": _ALL, "key": f"{key_id}#"}
        return [_webhook(row) async for row in self._table.query("#pk = :pk AND begins_with(#sk, :key)", values)]

    async def all(self) -> list[Webhook]:
        """All there are, by key and age."""
        return [_webhook(row) async for row in self._table.query("#pk = :pk", {"pk": _ALL})]

    async def any(self) -> bool:
        """Whether there is one."""
        async for _ in self._table.query("#pk = :pk", {"pk": _ALL}, page=1):
            return True
        return False

    async def replace(self, webhook: Webhook) -> bool:
        """Store it as version + 1; False when it is gone or has another version than this."""
        with suppress(ConditionFailed):
            row = _row(webhook, webhook.version + 1)
            await self._table.put(row, "#version = :before", {"before": webhook.version})
            return True
        return False

    async def delete(self, key_id: str, webhook_id: str) -> bool:
        """Remove it; False when there is none."""

        async def delete() -> bool:
            key = _key_of(key_id, webhook_id)
            if await self._table.get(**key) is None:
                return False
            await self._table.together(Write.delete(key, "attribute_exists(#pk)"), _counted(key_id, -1, None))
            return True

        return await until_written("The number of webhooks", delete)


def _key_of(key_id: str, webhook_id: str) -> dict[str, str]:
    return {"pk": _ALL, "sk": f"{key_id}#{webhook_id}"}


def _count_of(key_id: str) -> dict[str, str]:
    return {"pk": f"count#{key_id}", "sk": "-"}


def _counted(key_id: str, change: int, condition: str | None, **values: int) -> Write:
    return Write.update(_count_of(key_id), "ADD #webhooks :change", condition, {"change": change, **values})


def _row(webhook: Webhook, version: int) -> Row:
    return {**_key_of(webhook.key_id, webhook.id), "webhook": webhook_text(webhook), "version": version}


def _webhook(row: Row) -> Webhook:
    return webhook_of(row["webhook"], row["version"])
