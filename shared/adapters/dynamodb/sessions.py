"""Sessions in DynamoDB: a row under the uid, a row under key and name that holds the uid, and one that counts names.

A session is made name first, then row: whoever finds a name without its row makes the row. It is removed in the
same order. The count of a key's names changes together with them, so that it is true at every moment.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table, Write
from shared.errors import SessionLimit, SessionNameTaken, StoreUnavailable
from shared.ids import new_session_uid
from shared.sessions.model import Desired, Session, SessionReport, SessionStatus

_REPORT = ("status", "reason", "since", "until", "next_try", "number", "lid", "push_name")
_HELD = "#owner = :owner AND #epoch = :epoch"
_ATTEMPTS = 20
_LONGEST_PAUSE = 0.2


class DynamoSessions:
    """`shared.sessions.ports.Sessions`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def named(self, key_id: str, name: str) -> Session | None:
        """The key's session of that name, or None."""
        named = await self._table.get(pk=_name(key_id, name))
        session = None if named is None else await self.get(named["uid"])
        return None if session is None or session.desired is Desired.DELETED else session

    async def get_or_create(
        self, key_id: str, name: str, *, now: int, at_most: int | None = None
    ) -> tuple[Session, bool]:
        """The key's session of that name, made when missing; True when this call made it. Raises SessionLimit."""
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            with suppress(ConditionFailed):  # somebody else was faster: look again
                uid = await self._take_name(key_id, name, at_most)
                session = await self.get(uid)
                if session is None:
                    return await self._make(uid, key_id, name, now), True
                if session.desired is not Desired.DELETED:
                    return session, False
                await self._free_name(session)
        raise StoreUnavailable(f"The session name {name} changes all the time.", retry_after=1.0)

    async def list_of(self, key_id: str) -> list[Session]:
        """All sessions of a key, oldest first."""
        query = self._table.query(
            "#key_id = :key_id",
            {"key_id": key_id, "deleted": Desired.DELETED.value},
            index="by_key",
            only="#desired <> :deleted",
        )
        return _sorted([_session(row) async for row in query])

    async def get(self, uid: str) -> Session | None:
        """The session with this uid, deleted ones too, or None."""
        row = await self._table.get(pk=uid)
        return None if row is None else _session(row)

    async def set_desired(self, uid: str, desired: Desired) -> Session | None:
        """Say what is wanted of it; None when it is not there (or is being deleted, which is final)."""
        values = {"desired": desired.value, "deleted": Desired.DELETED.value}
        session = await self._change(uid, "SET #desired = :desired", "#desired <> :deleted", values)
        if session is not None and desired is Desired.DELETED:
            await self._free_name(session)
        return session

    async def rename(self, uid: str, name: str) -> Session | None:
        """Give it another name; None when it is not there (or is being deleted). Raises SessionNameTaken."""
        for _ in range(_ATTEMPTS):
            session = await self.get(uid)
            if session is None or session.desired is Desired.DELETED or session.name == name:
                return session if session is not None and session.desired is not Desired.DELETED else None
            await self._check_free(session.key_id, name)
            with suppress(ConditionFailed):  # it or the name changed meanwhile: look again
                await self._move_name(session, name)
        raise StoreUnavailable(f"The session name {name} changes all the time.", retry_after=1.0)

    async def unowned(self, limit: int) -> list[Session]:
        """Sessions nobody holds that need a host: wanted RUNNING or DELETED, oldest first."""
        query = self._table.query(
            "#free = :free",
            {"free": "yes", "stopped": Desired.STOPPED.value},
            index="free",
            only="#desired <> :stopped",
        )
        found: list[Session] = []
        async for row in query:
            found.append(_session(row))
            if len(found) >= limit:
                break
        return found

    async def owned_by(self, owner: str) -> list[Session]:
        """What this shard holds by the store, oldest first."""
        query = self._table.query("#owner = :owner", {"owner": owner}, index="by_owner")
        return _sorted([_session(row) async for row in query])

    async def claim(self, uid: str, owner: str) -> Session | None:
        """Take a session nobody else holds; the epoch rises by one. None when another holds it or it is gone."""
        free = "(attribute_not_exists(#owner) OR #owner = :owner)"
        return await self._hold(uid, free, {"owner": owner})

    async def take_over(self, row: Session, owner: str) -> Session | None:
        """Take a session from the dead shard that its row names; the epoch rises by one. None when the row changed."""
        if row.owner is None:
            return None
        condition = "(#owner = :owner OR (#owner = :dead AND #epoch = :epoch))"
        return await self._hold(row.uid, condition, {"owner": owner, "dead": row.owner, "epoch": row.epoch})

    async def release(self, uid: str, owner: str, epoch: int, *, to: str | None = None) -> bool:
        """Give it up, to nobody or to another shard; False when it was no longer held with this epoch."""
        change = "SET #released = :released, "
        values = {"owner": owner, "epoch": epoch, "released": secrets.token_hex(8)}
        if to is None:
            change += "#free = :free REMOVE #owner"
            values["free"] = "yes"
        else:
            change += "#owner = :to"
            values["to"] = to
        # The client of AWS repeats a write whose answer was lost: by the random word it knows what it did itself.
        condition = f"(({_HELD}) OR (#epoch = :epoch AND #released = :released))"
        return await self._change(uid, change, condition, values) is not None

    async def write_report(self, uid: str, owner: str, epoch: int, report: SessionReport) -> bool:
        """Write what it does now; False (nothing written) when it is no longer held with this epoch."""
        fields = asdict(report) | {"status": report.status.value}
        said = {name: value for name, value in fields.items() if value is not None}
        unsaid = [f"#{name}" for name in _REPORT if name not in said]
        change = "SET " + ", ".join(f"#{name} = :{name}" for name in said)
        if unsaid:
            change += " REMOVE " + ", ".join(unsaid)
        return await self._change(uid, change, _HELD, said | {"owner": owner, "epoch": epoch}) is not None

    async def remove(self, uid: str) -> None:
        """Remove the row for good. May be repeated."""
        session = await self.get(uid)
        if session is not None:
            await self._free_name(session)
            await self._table.delete({"pk": uid})

    async def _take_name(self, key_id: str, name: str, at_most: int | None) -> str:
        """The uid that has the name, a new one when none had. Raises SessionLimit, or ConditionFailed in a race."""
        pk = _name(key_id, name)
        named = await self._table.get(pk=pk)
        if named is not None:
            return named["uid"]
        if at_most is not None:
            counted = await self._table.get(pk=_count(key_id))
            if (0 if counted is None else counted["names"]) >= at_most:
                raise SessionLimit(maxSessions=at_most)
        uid = new_session_uid()
        await self._table.together(
            Write.put({"pk": pk, "uid": uid}, "attribute_not_exists(#pk)", {}), _counted(key_id, 1, at_most)
        )
        return uid

    async def _make(self, uid: str, key_id: str, name: str, now: int) -> Session:
        session = Session(uid, key_id, name, now, report=SessionReport(SessionStatus.STARTING, since=now))
        row = {
            "pk": uid,
            "key_id": key_id,
            "name": name,
            "created_at": now,
            "desired": session.desired.value,
            "epoch": 0,
            "free": "yes",
            "status": session.report.status.value,
            "since": now,
        }
        await self._table.put(row, "attribute_not_exists(#pk)")
        return session

    async def _check_free(self, key_id: str, name: str) -> None:
        """Free the name if the session that has it is deleted; raises SessionNameTaken if it is not."""
        named = await self._table.get(pk=_name(key_id, name))
        if named is None:
            return
        other = await self.get(named["uid"])
        if other is None or other.desired is not Desired.DELETED:  # None: it is being made
            raise SessionNameTaken(f"The key has another session '{name}'.", sessionId=name)
        await self._free_name(other)

    async def _move_name(self, session: Session, name: str) -> None:
        """Take the new name, write it into the row and free the old one, or nothing of it. Raises ConditionFailed."""
        values = {"name": name, "before": session.name, "deleted": Desired.DELETED.value}
        there = "attribute_exists(#pk) AND #name = :before AND #desired <> :deleted"
        await self._table.together(
            Write.put({"pk": _name(session.key_id, name), "uid": session.uid}, "attribute_not_exists(#pk)", {}),
            Write.update({"pk": session.uid}, "SET #name = :name", there, values),
            Write.delete({"pk": _name(session.key_id, session.name)}, "#uid = :uid", {"uid": session.uid}),
        )

    async def _free_name(self, session: Session) -> None:
        pk = _name(session.key_id, session.name)
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            named = await self._table.get(pk=pk)
            if named is None or named["uid"] != session.uid:
                return  # it is free, or another session has it by now
            with suppress(ConditionFailed):
                await self._table.together(
                    Write.delete({"pk": pk}, "#uid = :uid", {"uid": session.uid}), _counted(session.key_id, -1)
                )
                return
        raise StoreUnavailable(f"The session name {session.name} changes all the time.", retry_after=1.0)

    async def _hold(self, uid: str, condition: str, values: dict[str, Any]) -> Session | None:
        """Make it the owner's under the next epoch; a session that was connected is so no more."""
        change = "SET #owner = :owner, #epoch = #epoch + :one"
        values = values | {"one": 1, "connected": SessionStatus.CONNECTED.value}
        held = await self._change(
            uid,
            f"{change}, #status = :starting REMOVE #free",
            f"{condition} AND #status = :connected",
            values | {"starting": SessionStatus.STARTING.value},
        )
        if held is not None:
            return held
        return await self._change(uid, f"{change} REMOVE #free", f"{condition} AND #status <> :connected", values)

    async def _change(self, uid: str, change: str, condition: str, values: dict[str, Any]) -> Session | None:
        try:
            return _session(
                await self._table.update({"pk": uid}, change, f"attribute_exists(#pk) AND {condition}", values)
            )
        except ConditionFailed:
            return None


def _name(key_id: str, name: str) -> str:
    return f"name#{key_id}#{name}"


def _count(key_id: str) -> str:
    return f"count#{key_id}"


def _counted(key_id: str, change: int, at_most: int | None = None) -> Write:
    """A name more, or one less."""
    key, values = {"pk": _count(key_id)}, {"change": change}
    if at_most is None:
        return Write.update(key, "ADD #names :change", None, values)
    room = "attribute_not_exists(#names) OR #names < :at_most"
    return Write.update(key, "ADD #names :change", room, values | {"at_most": at_most})


async def _spread(attempt: int) -> None:
    """Wait a moment before another attempt: transactions on the same count refuse each other."""
    if attempt:
        await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE * attempt / _ATTEMPTS))  # noqa: S311 - spreads them apart


def _sorted(sessions: list[Session]) -> list[Session]:
    return sorted(sessions, key=lambda session: (session.created_at, session.uid))


def _session(row: Row) -> Session:
    report: dict[str, Any] = {name: row.get(name) for name in _REPORT} | {"status": SessionStatus(row["status"])}
    return Session(
        uid=row["pk"],
        key_id=row["key_id"],
        name=row["name"],
        created_at=row["created_at"],
        desired=Desired(row["desired"]),
        owner=row.get("owner"),
        epoch=row["epoch"],
        report=SessionReport(**report),
    )
