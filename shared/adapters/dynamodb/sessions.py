"""Sessions in DynamoDB: rows under the uid, under key and name, under the owner, and one that counts a key's names.

A session is made name first, then row: whoever finds a name without its row makes the row. It is removed in the
same order. The count of a key's names changes together with them, so that it is true at every moment. The row under
the owner is written together with the session's, so that what a shard holds is read without an index: those lag.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from shared.adapters.dynamodb.table import ConditionFailed, Row, Table, Write
from shared.errors import SessionLimit, SessionNameTaken, StoreUnavailable
from shared.ids import new_session_uid
from shared.sessions.model import Desired, Held, Session, SessionReport, SessionStatus
from shared.sessions.turns import in_turns

_REPORT = ("status", "reason", "since", "until", "next_try", "number", "lid", "push_name")
_HELD = "#owner = :owner AND #epoch = :epoch"
_ATTEMPTS = 20
_LONGEST_PAUSE = 0.2
_LOOKED_AT = 10
"""Times as many sessions that nobody holds are read as are asked for, so that one key's do not hide another's."""
_FREE = "yes"


class DynamoSessions:
    """`shared.sessions.ports.Sessions`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def named(self, key_id: str, name: str) -> Session | None:
        """The key's session of that name, or None."""
        named = await self._table.get(**_name(key_id, name))
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
        names = self._table.query("#pk = :pk", {"pk": _names_of(key_id)})
        sessions = await self._all([row["uid"] async for row in names])
        return [session for session in sessions if session.desired is not Desired.DELETED]

    async def get(self, uid: str) -> Session | None:
        """The session with this uid, deleted ones too, or None."""
        row = await self._table.get(**_row(uid))
        return None if row is None else _session(row)

    async def set_desired(self, uid: str, desired: Desired) -> Session | None:
        """Say what is wanted of it; None when it is not there (or is being deleted, which is final)."""
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            session = await self.get(uid)
            if session is None or session.desired is Desired.DELETED:
                return None
            with suppress(ConditionFailed):  # somebody changed it meanwhile: look again
                await self._table.together(*_changed(session, replace(session, desired=desired)))
                if desired is Desired.DELETED:
                    await self._free_name(session)
                return replace(session, desired=desired)
        raise _changes_all_the_time(uid)

    async def unlink(self, uid: str, *, now: int, then: Desired) -> Session | None:
        """Want its device removed from the phone; None when it is not there. May be repeated."""
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            session = await self.get(uid)
            if session is None or (session.desired is Desired.DELETED and then is not Desired.DELETED):
                return None
            since = now if session.unlink_since is None else session.unlink_since
            with suppress(ConditionFailed):  # somebody changed it meanwhile: look again
                wanted = replace(session, desired=then, unlink_since=since)
                await self._table.together(*_changed(session, wanted))
                if then is Desired.DELETED:
                    await self._free_name(session)
                return wanted
        raise _changes_all_the_time(uid)

    async def unlinked(self, uid: str, owner: str, epoch: int) -> bool:
        """Note that this is done; False when it is no longer held with this epoch."""
        return await self._change_held(uid, owner, epoch, lambda session: replace(session, unlink_since=None))

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
        """Sessions nobody holds that need a host, to be unlinked too, as `in_turns`; some time behind.

        Of more than ten times the limit the newest are not looked at.
        """
        query = self._table.query(
            "#free = :free",
            {"free": _FREE, "stopped": Desired.STOPPED.value},
            index="free",
            consistent=False,
            only="#desired <> :stopped OR attribute_exists(#unlink_since)",
        )
        found: list[Session] = []
        async for row in query:
            found.append(_session(row))
            if len(found) >= limit * _LOOKED_AT:
                break
        return in_turns(found)[:limit]

    async def owned_by(self, owner: str) -> list[Session]:
        """What this shard holds by the store, oldest first."""
        rows = self._table.query("#pk = :pk", {"pk": _owned(owner)})
        sessions = await self._all([row["sk"] async for row in rows])
        return [session for session in sessions if session.owner == owner]

    async def held_by(self, owner: str) -> list[Held]:
        """What this shard holds by the store, and what is wanted of it, without the rest."""
        rows = self._table.query("#pk = :pk", {"pk": _owned(owner)})
        return [Held(row["sk"], row["epoch"], Desired(row["desired"]), row.get("unlink", False)) async for row in rows]

    async def claim(self, uid: str, owner: str) -> Session | None:
        """Take a session nobody else holds; the epoch rises by one. None when another holds it or it is gone."""
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            session = await self.get(uid)
            if session is None or session.owner not in {None, owner}:
                return None
            with suppress(ConditionFailed):  # somebody changed it meanwhile: look again
                return await self._hold(session, owner)
        raise _changes_all_the_time(uid)

    async def take_over(self, row: Session, owner: str) -> Session | None:
        """Take a session from the dead shard that its row names; the epoch rises by one. None when the row changed."""
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            session = await self.get(row.uid)
            if session is None or session.owner is None:
                return None
            if session.owner != owner and (session.owner, session.epoch) != (row.owner, row.epoch):
                return None
            with suppress(ConditionFailed):
                return await self._hold(session, owner)
        raise _changes_all_the_time(row.uid)

    async def release(self, uid: str, owner: str, epoch: int, *, to: str | None = None) -> bool:
        """Give it up, to nobody or to another shard; False when it was no longer held with this epoch."""
        return await self._change_held(uid, owner, epoch, lambda session: replace(session, owner=to))

    async def write_report(self, uid: str, owner: str, epoch: int, report: SessionReport) -> bool:
        """Write what it does now; False (nothing written) when it is no longer held with this epoch."""
        fields = asdict(report) | {"status": report.status.value}
        said = {name: value for name, value in fields.items() if value is not None}
        unsaid = [f"#{name}" for name in _REPORT if name not in said]
        change = "SET " + ", ".join(f"#{name} = :{name}" for name in said)
        if unsaid:
            change += " REMOVE " + ", ".join(unsaid)
        try:
            await self._table.update(_row(uid), change, _HELD, said | {"owner": owner, "epoch": epoch})
        except ConditionFailed:
            return False
        return True

    async def remove(self, uid: str) -> None:
        """Remove the row for good. May be repeated."""
        session = await self.get(uid)
        if session is None:
            return
        await self._free_name(session)
        if session.owner is not None:
            await self._table.delete(_owned_row(session.owner, uid))  # first: a repeat after a crash finds the row
        await self._table.delete(_row(uid))

    async def _take_name(self, key_id: str, name: str, at_most: int | None) -> str:
        """The uid that has the name, a new one when none had. Raises SessionLimit, or ConditionFailed in a race."""
        named = await self._table.get(**_name(key_id, name))
        if named is not None:
            return named["uid"]
        if at_most is not None:
            counted = await self._table.get(**_count(key_id))
            if (0 if counted is None else counted["names"]) >= at_most:
                raise SessionLimit(maxSessions=at_most)
        uid = new_session_uid()
        await self._table.together(
            Write.put({**_name(key_id, name), "uid": uid}, "attribute_not_exists(#pk)"), _counted(key_id, 1, at_most)
        )
        return uid

    async def _make(self, uid: str, key_id: str, name: str, now: int) -> Session:
        session = Session(uid, key_id, name, now, report=SessionReport(SessionStatus.STARTING, since=now))
        row = {
            **_row(uid),
            "key_id": key_id,
            "name": name,
            "created_at": now,
            "desired": session.desired.value,
            "epoch": 0,
            "free": _FREE,
            "status": session.report.status.value,
            "since": now,
        }
        await self._table.put(row, "attribute_not_exists(#pk)")
        return session

    async def _check_free(self, key_id: str, name: str) -> None:
        """Free the name if the session that has it is deleted; raises SessionNameTaken if it is not."""
        named = await self._table.get(**_name(key_id, name))
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
            Write.put({**_name(session.key_id, name), "uid": session.uid}, "attribute_not_exists(#pk)", {}),
            Write.update(_row(session.uid), "SET #name = :name", there, values),
            Write.delete(_name(session.key_id, session.name), "#uid = :uid", {"uid": session.uid}),
        )

    async def _free_name(self, session: Session) -> None:
        key = _name(session.key_id, session.name)
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            named = await self._table.get(**key)
            if named is None or named["uid"] != session.uid:
                return  # it is free, or another session has it by now
            with suppress(ConditionFailed):
                await self._table.together(
                    Write.delete(key, "#uid = :uid", {"uid": session.uid}), _counted(session.key_id, -1)
                )
                return
        raise StoreUnavailable(f"The session name {session.name} changes all the time.", retry_after=1.0)

    async def _change_held(self, uid: str, owner: str, epoch: int, change: Callable[[Session], Session]) -> bool:
        """Change its row; False when it is no longer held with this epoch."""
        for attempt in range(_ATTEMPTS):
            await _spread(attempt)
            session = await self.get(uid)
            if session is None or (session.owner, session.epoch) != (owner, epoch):
                return False
            with suppress(ConditionFailed):
                await self._table.together(*_changed(session, change(session)))
                return True
        raise _changes_all_the_time(uid)

    async def _hold(self, session: Session, owner: str) -> Session:
        """Make it the owner's under the next epoch; one that was connected is so no more. Raises ConditionFailed."""
        report = session.report
        if report.status is SessionStatus.CONNECTED:
            report = replace(report, status=SessionStatus.STARTING)
        held = replace(session, owner=owner, epoch=session.epoch + 1, report=report)
        await self._table.together(*_changed(session, held))
        return held

    async def _all(self, uids: list[str]) -> list[Session]:
        """Those of these sessions that are there, oldest first."""
        rows = await self._table.get_many([_row(uid) for uid in uids])
        return sorted((_session(row) for row in rows), key=lambda session: (session.created_at, session.uid))


def _changed(before: Session, after: Session) -> list[Write]:
    """What makes one of the other: owner, epoch, wanted state, status; the row of its owner is changed with its own."""
    values: dict[str, Any] = {
        "desired": after.desired.value,
        "epoch": after.epoch,
        "status": after.report.status.value,
        "owner": after.owner,
        "free": _FREE if after.owner is None else None,
        "unlink_since": after.unlink_since,
    }
    sets = [f"#{name} = :{name}" for name, value in values.items() if value is not None]
    removes = ", ".join(f"#{name}" for name, value in values.items() if value is None)
    values = {name: value for name, value in values.items() if value is not None} | {
        "desired_before": before.desired.value,
        "epoch_before": before.epoch,
        "status_before": before.report.status.value,
    }
    as_read = "#desired = :desired_before AND #epoch = :epoch_before AND #status = :status_before"
    if before.unlink_since is None:
        as_read += " AND attribute_not_exists(#unlink_since)"
    else:
        as_read += " AND #unlink_since = :unlink_since_before"
        values["unlink_since_before"] = before.unlink_since
    if before.owner is None:
        as_read += " AND attribute_not_exists(#owner)"
    else:
        as_read += " AND #owner = :owner_before"
        values["owner_before"] = before.owner
    writes = [Write.update(_row(after.uid), f"SET {', '.join(sets)} REMOVE {removes}", as_read, values)]
    if before.owner is not None and before.owner != after.owner:
        writes.append(Write.delete(_owned_row(before.owner, before.uid)))
    if after.owner is not None:
        held = {"epoch": after.epoch, "desired": after.desired.value, "unlink": after.unlink_since is not None}
        writes.append(Write.put({**_owned_row(after.owner, after.uid), **held}))
    return writes


def _count(key_id: str) -> dict[str, str]:
    return {"pk": f"count#{key_id}", "sk": "-"}


def _counted(key_id: str, change: int, at_most: int | None = None) -> Write:
    """A name more, or one less."""
    key, values = _count(key_id), {"change": change}
    if at_most is None:
        return Write.update(key, "ADD #names :change", None, values)
    room = "attribute_not_exists(#names) OR #names < :at_most"
    return Write.update(key, "ADD #names :change", room, values | {"at_most": at_most})


async def _spread(attempt: int) -> None:
    """Wait a moment before another attempt: transactions on the same rows refuse each other."""
    if attempt:
        await asyncio.sleep(random.uniform(0, _LONGEST_PAUSE * attempt / _ATTEMPTS))  # noqa: S311 - spreads them apart


def _changes_all_the_time(uid: str) -> StoreUnavailable:
    return StoreUnavailable(f"The session {uid} changes all the time.", retry_after=1.0)


def _row(uid: str) -> dict[str, str]:
    return {"pk": uid, "sk": "-"}


def _names_of(key_id: str) -> str:
    return f"key#{key_id}"


def _name(key_id: str, name: str) -> dict[str, str]:
    return {"pk": _names_of(key_id), "sk": name}


def _owned(owner: str) -> str:
    return f"owner#{owner}"


def _owned_row(owner: str, uid: str) -> dict[str, str]:
    return {"pk": _owned(owner), "sk": uid}


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
        unlink_since=row.get("unlink_since"),
    )
