"""The names of a key's sessions in DynamoDB: a row each, and one that counts them.

The count changes together with the names, so that it is true at every moment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from shared.adapters.dynamodb.contention import until_written
from shared.adapters.dynamodb.session_rows import key_of
from shared.adapters.dynamodb.table import Table, Write
from shared.errors import SessionLimit
from shared.ids import new_session_uid
from shared.sessions.model import Desired, Session


class SessionNames:
    """Which session has which name."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def uid_of(self, key_id: str, name: str) -> str | None:
        """The uid that has the name, or None."""
        row = await self._table.get(**_key_of(key_id, name))
        return None if row is None else row["uid"]

    async def all_of(self, key_id: str) -> AsyncIterator[str]:
        """The uid of each name of a key."""
        async for row in self._table.query("#pk = :pk", {"pk": _names_of(key_id)}):
            yield row["uid"]

    async def take(self, key_id: str, name: str, at_most: int | None) -> str:
        """The uid that has the name, a new one when none had. Raises SessionLimit, or ConditionFailed in a race."""
        there = await self.uid_of(key_id, name)
        if there is not None:
            return there
        if at_most is not None:
            counted = await self._table.get(**_count_of(key_id))
            if (0 if counted is None else counted["names"]) >= at_most:
                raise SessionLimit(maxSessions=at_most)
        uid = new_session_uid()
        await self._table.together(
            Write.put({**_key_of(key_id, name), "uid": uid}, "attribute_not_exists(#pk)"), _counted(key_id, 1, at_most)
        )
        return uid

    async def move(self, session: Session, name: str) -> None:
        """Take the new name, write it into the row and free the old one, or nothing of it. Raises ConditionFailed."""
        values = {"name": name, "before": session.name, "deleted": Desired.DELETED.value}
        there = "attribute_exists(#pk) AND #name = :before AND #desired <> :deleted"
        await self._table.together(
            Write.put({**_key_of(session.key_id, name), "uid": session.uid}, "attribute_not_exists(#pk)", {}),
            Write.update(key_of(session.uid), "SET #name = :name", there, values),
            Write.delete(_key_of(session.key_id, session.name), "#uid = :uid", {"uid": session.uid}),
        )

    async def free(self, session: Session) -> None:
        """Free the name of a session, unless another one has it by now. May be repeated."""

        async def free() -> None:
            if await self.uid_of(session.key_id, session.name) == session.uid:
                key, uid = _key_of(session.key_id, session.name), {"uid": session.uid}
                await self._table.together(Write.delete(key, "#uid = :uid", uid), _counted(session.key_id, -1))

        await until_written(f"The session name {session.name}", free)


def _names_of(key_id: str) -> str:
    return f"key#{key_id}"


def _key_of(key_id: str, name: str) -> dict[str, str]:
    return {"pk": _names_of(key_id), "sk": name}


def _count_of(key_id: str) -> dict[str, str]:
    return {"pk": f"count#{key_id}", "sk": "-"}


def _counted(key_id: str, change: int, at_most: int | None = None) -> Write:
    """A name more, or one less."""
    values: dict[str, Any] = {"change": change}
    if at_most is None:
        return Write.update(_count_of(key_id), "ADD #names :change", None, values)
    room = "attribute_not_exists(#names) OR #names < :at_most"
    return Write.update(_count_of(key_id), "ADD #names :change", room, values | {"at_most": at_most})
