"""Sessions in DynamoDB: rows under the uid, under key and name, and under the owner.

A session is made name first, then row: whoever finds a name without its row makes the row. It is removed in the
same order. The row under the owner is written together with the session's, so that what a shard holds is read without
an index: those lag.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace

from shared.adapters.dynamodb.contention import until_written
from shared.adapters.dynamodb.session_names import SessionNames
from shared.adapters.dynamodb.session_rows import (
    FREE,
    REPORT,
    changed,
    held_of,
    key_of,
    new_row,
    owned_by,
    owned_key,
    session_of,
)
from shared.adapters.dynamodb.table import ConditionFailed, Table
from shared.errors import SessionNameTaken
from shared.sessions.model import Desired, Held, Session, SessionReport, SessionStatus
from shared.sessions.turns import in_turns

_HELD = "#owner = :owner AND #epoch = :epoch"
_LOOKED_AT = 10
"""Times as many sessions that nobody holds are read as are asked for, so that one key's do not hide another's."""


class DynamoSessions:
    """`shared.sessions.ports.Sessions`."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = SessionNames(table)

    async def named(self, key_id: str, name: str) -> Session | None:
        """The key's session of that name, or None."""
        uid = await self._names.uid_of(key_id, name)
        session = None if uid is None else await self.get(uid)
        return None if session is None or session.desired is Desired.DELETED else session

    async def get_or_create(
        self, key_id: str, name: str, *, now: int, at_most: int | None = None
    ) -> tuple[Session, bool]:
        """The key's session of that name, made when missing; True when this call made it. Raises SessionLimit."""

        async def get_or_create() -> tuple[Session, bool]:
            uid = await self._names.take(key_id, name, at_most)
            session = await self.get(uid)
            if session is None:
                made = Session(uid, key_id, name, now, report=SessionReport(SessionStatus.STARTING, since=now))
                await self._table.put(new_row(made), "attribute_not_exists(#pk)")
                return made, True
            if session.desired is Desired.DELETED:
                await self._names.free(session)
                raise ConditionFailed  # the name is free now
            return session, False

        return await until_written(f"The session name {name}", get_or_create)

    async def list_of(self, key_id: str) -> list[Session]:
        """All sessions of a key, oldest first."""
        sessions = await self._all([uid async for uid in self._names.all_of(key_id)])
        return [session for session in sessions if session.desired is not Desired.DELETED]

    async def get(self, uid: str) -> Session | None:
        """The session with this uid, deleted ones too, or None."""
        row = await self._table.get(**key_of(uid))
        return None if row is None else session_of(row)

    async def set_desired(self, uid: str, desired: Desired) -> Session | None:
        """Say what is wanted of it; None when it is not there (or is being deleted, which is final)."""

        def wanted(session: Session) -> Session | None:
            return None if session.desired is Desired.DELETED else replace(session, desired=desired)

        return await self._free_name_of_deleted(await self._change(uid, wanted))

    async def choose(self, uid: str, change: Callable[[str | None], str]) -> Session | None:
        """Give it other settings, made of those that it has; None when it is not there (or is being deleted)."""

        def chosen(session: Session) -> Session | None:
            if session.desired is Desired.DELETED:
                return None
            return replace(session, settings=change(session.settings), settings_version=session.settings_version + 1)

        return await self._change(uid, chosen)

    async def unlink(self, uid: str, *, now: int, then: Desired) -> Session | None:
        """Want its device removed from the phone; None when it is not there. May be repeated."""

        def wanted(session: Session) -> Session | None:
            if session.desired is Desired.DELETED and then is not Desired.DELETED:
                return None
            since = now if session.unlink_since is None else session.unlink_since
            return replace(session, desired=then, unlink_since=since)

        return await self._free_name_of_deleted(await self._change(uid, wanted))

    async def unlinked(self, uid: str, owner: str, epoch: int) -> bool:
        """Note that this is done; False when it is no longer held with this epoch."""
        return await self._change_held(uid, owner, epoch, lambda session: replace(session, unlink_since=None))

    async def rename(self, uid: str, name: str) -> Session | None:
        """Give it another name; None when it is not there (or is being deleted). Raises SessionNameTaken."""

        async def rename() -> Session | None:
            session = await self.get(uid)
            if session is None or session.desired is Desired.DELETED:
                return None
            if session.name == name:
                return session
            await self._check_free(session.key_id, name)
            await self._names.move(session, name)
            return replace(session, name=name)

        return await until_written(f"The session name {name}", rename)

    async def unowned(self, limit: int) -> list[Session]:
        """Sessions nobody holds that need a host, to be unlinked too, as `in_turns`; some time behind.

        Of more than ten times the limit the newest are not looked at.
        """
        query = self._table.query(
            "#free = :free",
            {"free": FREE, "stopped": Desired.STOPPED.value},
            index="free",
            consistent=False,
            only="#desired <> :stopped OR attribute_exists(#unlink_since)",
        )
        found: list[Session] = []
        async for row in query:
            found.append(session_of(row))
            if len(found) >= limit * _LOOKED_AT:
                break
        return in_turns(found)[:limit]

    async def owned_by(self, owner: str) -> list[Session]:
        """What this shard holds by the store, oldest first."""
        rows = self._table.query("#pk = :pk", {"pk": owned_by(owner)})
        sessions = await self._all([row["sk"] async for row in rows])
        return [session for session in sessions if session.owner == owner]

    async def held_by(self, owner: str) -> list[Held]:
        """What this shard holds by the store, and what is wanted of it, without the rest."""
        return [held_of(row) async for row in self._table.query("#pk = :pk", {"pk": owned_by(owner)})]

    async def claim(self, uid: str, owner: str) -> Session | None:
        """Take a session nobody else holds; the epoch rises by one. None when another holds it or it is gone."""
        return await self._change(
            uid, lambda session: _held_by(session, owner) if session.owner in {None, owner} else None
        )

    async def take_over(self, row: Session, owner: str) -> Session | None:
        """Take a session from the dead shard that its row names; the epoch rises by one. None when the row changed."""

        def taken(session: Session) -> Session | None:
            if session.owner is None:
                return None
            as_seen = (session.owner, session.epoch) == (row.owner, row.epoch)
            return _held_by(session, owner) if as_seen or session.owner == owner else None

        return await self._change(row.uid, taken)

    async def release(self, uid: str, owner: str, epoch: int, *, to: str | None = None) -> bool:
        """Give it up, to nobody or to another shard; False when it was no longer held with this epoch."""
        return await self._change_held(uid, owner, epoch, lambda session: replace(session, owner=to))

    async def write_report(self, uid: str, owner: str, epoch: int, report: SessionReport) -> bool:
        """Write what it does now; False (nothing written) when it is no longer held with this epoch."""
        fields = asdict(report) | {"status": report.status.value}
        said = {name: value for name, value in fields.items() if value is not None}
        unsaid = [f"#{name}" for name in REPORT if name not in said]
        change = "SET " + ", ".join(f"#{name} = :{name}" for name in said)
        if unsaid:
            change += " REMOVE " + ", ".join(unsaid)
        try:
            await self._table.update(key_of(uid), change, _HELD, said | {"owner": owner, "epoch": epoch})
        except ConditionFailed:
            return False
        return True

    async def note_history(self, uid: str, history: str) -> None:
        """Write how far it has come with what was said before; nothing when there is no such row."""
        with suppress(ConditionFailed):
            change, there = "SET #history = :history", "attribute_exists(#pk)"
            await self._table.update(key_of(uid), change, there, {"history": history})

    async def remove(self, uid: str) -> None:
        """Remove the row for good. May be repeated."""
        session = await self.get(uid)
        if session is None:
            return
        await self._names.free(session)
        if session.owner is not None:
            await self._table.delete(owned_key(session.owner, uid))  # first: a repeat after a crash finds the row
        await self._table.delete(key_of(uid))

    async def _change(self, uid: str, change: Callable[[Session], Session | None]) -> Session | None:
        """The session as `change` made it; None, and nothing written, when that is None or it is not there."""

        async def attempt() -> Session | None:
            session = await self.get(uid)
            after = None if session is None else change(session)
            if session is not None and after is not None:
                await self._table.together(*changed(session, after))
            return after

        return await until_written(f"The session {uid}", attempt)

    async def _change_held(self, uid: str, owner: str, epoch: int, change: Callable[[Session], Session]) -> bool:
        """Change its row; False when it is no longer held with this epoch."""
        found = await self._change(
            uid, lambda session: change(session) if (session.owner, session.epoch) == (owner, epoch) else None
        )
        return found is not None

    async def _free_name_of_deleted(self, session: Session | None) -> Session | None:
        if session is not None and session.desired is Desired.DELETED:
            await self._names.free(session)
        return session

    async def _check_free(self, key_id: str, name: str) -> None:
        """Free the name if the session that has it is deleted; raises SessionNameTaken if it is not."""
        uid = await self._names.uid_of(key_id, name)
        if uid is None:
            return
        other = await self.get(uid)
        if other is None or other.desired is not Desired.DELETED:  # None: it is being made
            raise SessionNameTaken(f"The key has another session '{name}'.", sessionId=name)
        await self._names.free(other)

    async def _all(self, uids: list[str]) -> list[Session]:
        """Those of these sessions that are there, oldest first."""
        rows = await self._table.get_many([key_of(uid) for uid in uids])
        return sorted((session_of(row) for row in rows), key=lambda session: (session.created_at, session.uid))


def _held_by(session: Session, owner: str) -> Session:
    """The session as its next owner has it; one that was connected is so no more."""
    report = session.report
    if report.status is SessionStatus.CONNECTED:
        report = replace(report, status=SessionStatus.STARTING)
    return replace(session, owner=owner, epoch=session.epoch + 1, report=report)
