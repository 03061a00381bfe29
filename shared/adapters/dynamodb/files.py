"""What is known of files, in DynamoDB.

How much room they take is added up for each key and each day on which they expire, beside the rows and not together
with them: what a crash leaves wrong is right again when that day is over.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from shared.adapters.dynamodb.contention import until_written
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table
from shared.adapters.dynamodb.tables import TTL_ATTRIBUTE
from shared.ids import now_ms
from shared.known_fields import with_known_fields
from shared.media.model import StoredFile

_DAY_MS = 86_400_000
_LEFT_TO_US: Final = 7
"""Days after its end in which a row is removed with its bytes; then DynamoDB removes it."""
_THERE = "attribute_exists(#pk)"
_UNTIL = "SET #expires_at = :until, #due = :due, #expires = :expires"
_ALL = ""


class DynamoFileRows:
    """`shared.media.ports.FileRows`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, file: StoredFile) -> None:
        """Store a new row."""
        await self._table.put(_row(file), "attribute_not_exists(#pk)")
        await self._count(file.key_id, file.expires_at, file.size)

    async def get(self, key_id: str, file_id: str) -> StoredFile | None:
        """A key's file, one that has expired and is not removed yet too; None when the key has no such file."""
        row = await self._table.get(pk=key_id, sk=file_id)
        return None if row is None else _file(row)

    async def finish(self, file: StoredFile) -> bool:
        """Write what its bytes turned out to be; see the port."""
        before = await self.get(file.key_id, file.id)
        if before is None:
            return False
        try:
            await self._table.put(_row(file), f"{_THERE} AND #sha256 = :nothing", {"nothing": ""})
        except ConditionFailed:
            return False
        await self._recount(before, file)
        return True

    async def claim(self, key_id: str, file_id: str, ticket: str) -> StoredFile | None:
        """Take its ticket away; the row as it is now, None when it does not have this ticket."""
        values = {"ticket": ticket, "none": ""}
        with suppress(ConditionFailed):
            if ticket:
                change, condition = "SET #ticket = :none", "#ticket = :ticket"
                return _file(await self._table.update({"pk": key_id, "sk": file_id}, change, condition, values))
        return None

    async def keep(self, key_id: str, file_id: str, until: int) -> StoredFile | None:
        """Have it expire at that time if that is later than it would; the row as it is now, None when it is gone."""
        return await self._expire(key_id, file_id, lambda ends: max(ends, until))

    async def expire_of(self, key_id: str, session_uid: str, at: int) -> None:
        """Have every file of a session expire at that time, if it would later. May be repeated."""
        condition = "#pk = :pk AND #session_uid = :session_uid"
        values = {"pk": key_id, "session_uid": session_uid}
        async for row in self._table.query(condition, values, index="of_session"):
            await self._expire(key_id, row["sk"], lambda ends: min(ends, at))

    async def remove(self, file: StoredFile) -> bool:
        """Remove the row; False when there was none."""
        before = await self.get(file.key_id, file.id)
        if before is None or not await self._table.delete({"pk": file.key_id, "sk": file.id}):
            return False
        await self._count(file.key_id, before.expires_at, -before.size)
        return True

    async def bytes_of(self, key_id: str) -> int:
        """The room that a key's files take, until they expire or are removed."""
        values = {"pk": _bytes(key_id), "today": _day(now_ms())}
        rows = self._table.query("#pk = :pk AND #sk >= :today", values)
        return sum([row["bytes"] async for row in rows])

    async def bytes_in_all(self) -> int:
        """The same for all keys."""
        return await self.bytes_of(_ALL)

    async def expired(self, before: int, limit: int) -> list[StoredFile]:
        """Rows that expired before this time, those that did so first; as many as `limit` when there are."""
        found: list[StoredFile] = []
        for days in range(_LEFT_TO_US, -1, -1):
            values = {"due": _day(before - days * _DAY_MS), "before": before}
            condition = "#due = :due AND #expires_at < :before"
            async for row in self._table.query(condition, values, index="due", consistent=False, page=limit):
                if len(found) == limit:
                    return found
                found.append(_file(row))
        return found

    async def _expire(self, key_id: str, file_id: str, end: Callable[[int], int]) -> StoredFile | None:
        """Give it another end, made of the one it has; the row as it is now."""

        async def change() -> StoredFile | None:
            before = await self.get(key_id, file_id)
            if before is None or (until := end(before.expires_at)) == before.expires_at:
                return before
            values = {"until": until, "due": _day(until), "expires": _removed_at(until), "before": before.expires_at}
            condition = "#expires_at = :before"
            after = _file(await self._table.update({"pk": key_id, "sk": file_id}, _UNTIL, condition, values))
            await self._recount(before, after)
            return after

        return await until_written("The file", change)

    async def _recount(self, before: StoredFile, after: StoredFile) -> None:
        if (_day(before.expires_at), before.size) != (_day(after.expires_at), after.size):
            await self._count(before.key_id, before.expires_at, -before.size)
            await self._count(after.key_id, after.expires_at, after.size)

    async def _count(self, key_id: str, expires_at: int, size: int) -> None:
        change = "SET #expires = :expires ADD #bytes :size"
        values = {"size": size, "expires": _removed_at(expires_at)}
        for whose in (key_id, _ALL):
            await self._table.update({"pk": _bytes(whose), "sk": _day(expires_at)}, change, None, values)


def _bytes(key_id: str) -> str:
    return f"bytes#{key_id}"


def _day(at: int) -> str:
    return f"{at // _DAY_MS:08d}"


def _removed_at(expires_at: int) -> int:
    return (expires_at + _LEFT_TO_US * _DAY_MS) // 1000


def _row(file: StoredFile) -> Row:
    fields: dict[str, Any] = asdict(file)
    key_id, file_id = fields.pop("key_id"), fields.pop("id")
    expires = {TTL_ATTRIBUTE: _removed_at(file.expires_at), "due": _day(file.expires_at)}
    return {"pk": key_id, "sk": file_id, **fields, **expires}


def _file(row: Row) -> StoredFile:
    found = {"key_id": row["pk"], "id": row["sk"], "session_uid": None, "file_name": None} | row
    return with_known_fields(StoredFile, found)
