"""Sessions in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from shared.adapters.sqlite.database import Database
from shared.errors import SessionLimit, SessionNameTaken
from shared.ids import new_session_uid
from shared.sessions.model import Desired, Held, Session, SessionReport, SessionStatus

_COLUMNS = (
    "uid, key_id, name, created_at, desired, owner, epoch, "
    "status, reason, since, until, next_try, number, lid, push_name, "
    "unlink_since, settings, settings_version, history"
)
_NAMED = f"SELECT {_COLUMNS} FROM sessions WHERE key_id = ? AND name = ? AND desired <> 'deleted'"  # noqa: S608
_BY_UID = f"SELECT {_COLUMNS} FROM sessions WHERE uid = ?"  # noqa: S608
_OF_KEY = f"SELECT {_COLUMNS} FROM sessions WHERE key_id = ? AND desired <> 'deleted' ORDER BY created_at, uid"  # noqa: S608
_UNOWNED = f"""
    SELECT {_COLUMNS} FROM (
        SELECT *, row_number() OVER (PARTITION BY key_id ORDER BY created_at, uid) AS turn
        FROM sessions WHERE owner IS NULL AND (desired <> 'stopped' OR unlink_since IS NOT NULL)
    ) ORDER BY turn, created_at, uid LIMIT ?
"""  # noqa: S608 - constants, here and above
_OWNED = f"SELECT {_COLUMNS} FROM sessions WHERE owner = ? ORDER BY created_at, uid"  # noqa: S608
_COUNT = "SELECT count(*) FROM sessions WHERE key_id = ? AND desired <> 'deleted'"
_HELD = "SELECT uid, epoch, desired, unlink_since, settings_version FROM sessions WHERE owner = ?"
_INSERT = f"""
    INSERT INTO sessions (uid, key_id, name, created_at, desired, epoch, status, since)
    VALUES (?, ?, ?, ?, 'running', 0, 'starting', ?) RETURNING {_COLUMNS}
"""  # noqa: S608
_SET_DESIRED = f"UPDATE sessions SET desired = ? WHERE uid = ? AND desired <> 'deleted' RETURNING {_COLUMNS}"  # noqa: S608
_CHOOSE = f"""
    UPDATE sessions SET settings = ?, settings_version = settings_version + 1 WHERE uid = ? RETURNING {_COLUMNS}
"""  # noqa: S608
_UNLINK = f"""
    UPDATE sessions SET desired = ?2, unlink_since = coalesce(unlink_since, ?3)
    WHERE uid = ?1 AND (desired <> 'deleted' OR ?2 = 'deleted') RETURNING {_COLUMNS}
"""  # noqa: S608
_UNLINKED = "UPDATE sessions SET unlink_since = NULL WHERE uid = ? AND owner = ? AND epoch = ?"
_RENAME = f"""
    UPDATE sessions SET name = ?2 WHERE uid = ?1 AND desired <> 'deleted' AND NOT EXISTS (
        SELECT 1 FROM sessions AS other
        WHERE other.key_id = sessions.key_id AND other.name = ?2 AND other.desired <> 'deleted' AND other.uid <> ?1
    ) RETURNING {_COLUMNS}
"""  # noqa: S608
_HOLD = """
    UPDATE sessions
    SET owner = ?1, epoch = epoch + 1, status = CASE status WHEN 'connected' THEN 'starting' ELSE status END
"""
_CLAIM = f"""
    {_HOLD} WHERE uid = ?2 AND (owner IS NULL OR owner = ?1)
    RETURNING {_COLUMNS}
"""
_TAKE_OVER = f"""
    {_HOLD} WHERE uid = ?2 AND (owner = ?1 OR (owner = ?3 AND epoch = ?4))
    RETURNING {_COLUMNS}
"""
_RELEASE = "UPDATE sessions SET owner = ? WHERE uid = ? AND owner = ? AND epoch = ?"
_REPORT = """
    UPDATE sessions SET status = ?, reason = ?, since = ?, until = ?, next_try = ?, number = ?, lid = ?, push_name = ?
    WHERE uid = ? AND owner = ? AND epoch = ?
"""
_NOTE_HISTORY = "UPDATE sessions SET history = ? WHERE uid = ?"
_REMOVE = "DELETE FROM sessions WHERE uid = ?"


class SqliteSessions:
    """`shared.sessions.ports.Sessions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def named(self, key_id: str, name: str) -> Session | None:
        """The key's session of that name, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_NAMED, (key_id, name))))

    async def get_or_create(
        self, key_id: str, name: str, *, now: int, at_most: int | None = None
    ) -> tuple[Session, bool]:
        """The key's session of that name, made when missing; True when this call made it. Raises SessionLimit."""
        existing = await self.named(key_id, name)
        if existing is not None:
            return existing, False
        return await self._database.write(lambda rows: _get_or_create(rows, key_id, name, now, at_most))

    async def list_of(self, key_id: str) -> list[Session]:
        """All sessions of a key, oldest first."""
        return await self._database.read(lambda rows: _all(rows.execute(_OF_KEY, (key_id,))))

    async def get(self, uid: str) -> Session | None:
        """The session with this uid, deleted ones too, or None."""
        return await self._database.read(lambda rows: _one(rows.execute(_BY_UID, (uid,))))

    async def set_desired(self, uid: str, desired: Desired) -> Session | None:
        """Say what is wanted of it; None when it is not there (or is being deleted, which is final)."""
        return await self._database.write(lambda rows: _one(rows.execute(_SET_DESIRED, (desired.value, uid))))

    async def choose(self, uid: str, change: Callable[[str | None], str]) -> Session | None:
        """Give it other settings, made of those that it has; None when it is not there (or is being deleted)."""
        return await self._database.write(lambda rows: _choose(rows, uid, change))

    async def unlink(self, uid: str, *, now: int, then: Desired) -> Session | None:
        """Want its device removed from the phone; None when it is not there. May be repeated."""
        return await self._database.write(lambda rows: _one(rows.execute(_UNLINK, (uid, then.value, now))))

    async def unlinked(self, uid: str, owner: str, epoch: int) -> bool:
        """Note that this is done; False when it is no longer held with this epoch."""
        return await self._database.write(lambda rows: rows.execute(_UNLINKED, (uid, owner, epoch)).rowcount == 1)

    async def rename(self, uid: str, name: str) -> Session | None:
        """Give it another name; None when it is not there (or is being deleted). Raises SessionNameTaken."""
        renamed, there = await self._database.write(lambda rows: _rename(rows, uid, name))
        if renamed is None and there:
            raise SessionNameTaken(f"The key has another session '{name}'.", sessionId=name)
        return renamed

    async def unowned(self, limit: int) -> list[Session]:
        """Sessions nobody holds that need a host: to run, to be deleted or unlinked, in the order of `in_turns`."""
        return await self._database.read(lambda rows: _all(rows.execute(_UNOWNED, (limit,))))

    async def owned_by(self, owner: str) -> list[Session]:
        """What this shard holds by the store, oldest first."""
        return await self._database.read(lambda rows: _all(rows.execute(_OWNED, (owner,))))

    async def held_by(self, owner: str) -> list[Held]:
        """What this shard holds by the store, and what is wanted of it, without the rest."""
        found = await self._database.read(lambda rows: rows.execute(_HELD, (owner,)).fetchall())
        return [
            Held(uid, epoch, Desired(desired), since is not None, version)
            for uid, epoch, desired, since, version in found
        ]

    async def claim(self, uid: str, owner: str) -> Session | None:
        """Take a session nobody else holds; the epoch rises by one. None when another holds it or it is gone."""
        return await self._database.write(lambda rows: _one(rows.execute(_CLAIM, (owner, uid))))

    async def take_over(self, row: Session, owner: str) -> Session | None:
        """Take a session from the dead shard that its row names; the epoch rises by one. None when the row changed."""
        values = (owner, row.uid, row.owner, row.epoch)
        return await self._database.write(lambda rows: _one(rows.execute(_TAKE_OVER, values)))

    async def release(self, uid: str, owner: str, epoch: int, *, to: str | None = None) -> bool:
        """Give it up, to nobody or to another shard; False when it was no longer held with this epoch."""
        return await self._database.write(lambda rows: rows.execute(_RELEASE, (to, uid, owner, epoch)).rowcount == 1)

    async def write_report(self, uid: str, owner: str, epoch: int, report: SessionReport) -> bool:
        """Write what it does now; False (nothing written) when it is no longer held with this epoch."""
        values = (
            report.status.value,
            report.reason,
            report.since,
            report.until,
            report.next_try,
            report.number,
            report.lid,
            report.push_name,
            uid,
            owner,
            epoch,
        )
        return await self._database.write(lambda rows: rows.execute(_REPORT, values).rowcount == 1)

    async def note_history(self, uid: str, history: str) -> None:
        """Write how far it has come with what was said before; nothing when there is no such row."""
        await self._database.write(lambda rows: rows.execute(_NOTE_HISTORY, (history, uid)))

    async def remove(self, uid: str) -> None:
        """Remove the row for good. May be repeated."""
        await self._database.write(lambda rows: rows.execute(_REMOVE, (uid,)))


def _get_or_create(
    rows: sqlite3.Connection, key_id: str, name: str, now: int, at_most: int | None
) -> tuple[Session, bool]:
    existing = _one(rows.execute(_NAMED, (key_id, name)))
    if existing is not None:
        return existing, False
    if at_most is not None and rows.execute(_COUNT, (key_id,)).fetchone()[0] >= at_most:
        raise SessionLimit(maxSessions=at_most)
    return _session(rows.execute(_INSERT, (new_session_uid(), key_id, name, now, now)).fetchall()[0]), True


def _choose(rows: sqlite3.Connection, uid: str, change: Callable[[str | None], str]) -> Session | None:
    found = _one(rows.execute(_BY_UID, (uid,)))
    if found is None or found.desired is Desired.DELETED:
        return None
    return _one(rows.execute(_CHOOSE, (change(found.settings), uid)))


def _rename(rows: sqlite3.Connection, uid: str, name: str) -> tuple[Session | None, bool]:
    """The session when it was renamed, and whether it is there."""
    renamed = _one(rows.execute(_RENAME, (uid, name)))
    found = renamed or _one(rows.execute(_BY_UID, (uid,)))
    return renamed, found is not None and found.desired is not Desired.DELETED


def _one(cursor: sqlite3.Cursor) -> Session | None:
    found = cursor.fetchall()  # to its end: an UPDATE ... RETURNING that is left half read stays open
    return _session(found[0]) if found else None


def _all(cursor: sqlite3.Cursor) -> list[Session]:
    return [_session(row) for row in cursor]


def _session(row: tuple[Any, ...]) -> Session:
    uid, key_id, name, created_at, desired, owner, epoch, status, *said, unlink_since, settings, version, history = row
    report = SessionReport(SessionStatus(status), *said)
    wanted = Desired(desired)
    return Session(
        uid, key_id, name, created_at, wanted, owner, epoch, report, unlink_since, settings, version, history
    )
