"""How far subscriptions are, and what became of each event, in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.delivery_rows import COLUMNS, HEAD, delivery_of, row_of, store
from shared.events.cursor import Cursor
from shared.webhooks.model import AT_MOST, Counts, Delivery, DeliveryPage, DeliveryState, Place, Replay
from shared.webhooks.written import place_of, place_text, replay_of, replay_text

_BEGIN = "INSERT INTO places (subscription_id, epoch, place) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_TAKE = "UPDATE places SET epoch = epoch + 1 WHERE subscription_id = ? RETURNING place, epoch"
_SETTLE = "UPDATE places SET place = ? WHERE subscription_id = ? AND epoch = ?"
_PLACE = "SELECT place, epoch FROM places WHERE subscription_id = ?"
_MOVE = "UPDATE places SET place = ?, epoch = epoch + 1 WHERE subscription_id = ?"
_REPLAY = """
    INSERT INTO replays (subscription_id, id, replay) VALUES (?, ?, ?)
    ON CONFLICT (subscription_id, id) DO UPDATE SET replay = excluded.replay
"""
_MOVE_REPLAY = "UPDATE replays SET replay = ?3 WHERE subscription_id = ?1 AND id = ?2"
_END_REPLAY = "DELETE FROM replays WHERE subscription_id = ? AND id = ?"
_REPLAYS = "SELECT replay FROM replays WHERE subscription_id = ? ORDER BY id"
_ONE = f"SELECT {COLUMNS} FROM deliveries WHERE subscription_id = ? AND event_id = ?"  # noqa: S608 - constants, all
_WAITING = f"""
    SELECT {COLUMNS} FROM deliveries WHERE subscription_id = ? AND state = 'pending' ORDER BY next_at, position LIMIT ?
"""  # noqa: S608
_PAGE = f"""
    SELECT {HEAD} FROM deliveries WHERE subscription_id = ? AND event_id < ? {{}} ORDER BY event_id DESC LIMIT ?
"""  # noqa: S608
_BEHIND_ALL = "~"
_OF_STATE = {
    None: "",
    DeliveryState.DELIVERED: "AND state = 'delivered'",
    # Said twice, so that the index serves.
    **{
        state: f"AND state = '{state.value}' AND state <> 'delivered'"
        for state in DeliveryState
        if state is not DeliveryState.DELIVERED
    },
}
_COUNT = f"""
    SELECT count(*) FROM (
        SELECT 1 FROM deliveries WHERE subscription_id = ?1 AND state = ?2 AND state <> 'delivered' LIMIT {AT_MOST}
    )
"""  # noqa: S608
_AT_ONCE = 500
_FORGET = f"""
    DELETE FROM deliveries WHERE rowid IN (
        SELECT rowid FROM deliveries WHERE subscription_id = ?1 AND state <> 'delivered'
            AND (?2 IS NULL OR session_uid = ?2) LIMIT {_AT_ONCE}
    )
"""  # noqa: S608
_FORGET_PLACE = "DELETE FROM places WHERE subscription_id = ?"
_FORGET_REPLAYS = "DELETE FROM replays WHERE subscription_id = ?"
# Rows lie in the order in which they were taken up.
_PRUNE = """
    DELETE FROM deliveries WHERE first_at < ?1 AND rowid IN (SELECT rowid FROM deliveries ORDER BY rowid LIMIT ?2)
"""


class SqliteDeliveries:
    """`shared.webhooks.ports.Deliveries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, place: Place) -> None:
        """Store the first place of a new subscription; one that is there stays as it is."""
        row = (place.subscription_id, place.epoch, place_text(place))
        await self._database.write(lambda rows: rows.execute(_BEGIN, row))

    async def take(self, subscription_id: str) -> Place | None:
        """Its place with an epoch of one's own; None when there is none."""
        found = await self._database.write(lambda rows: rows.execute(_TAKE, (subscription_id,)).fetchall())
        return place_of(*found[0]) if found else None

    async def settle(self, place: Place, rows: Sequence[Delivery], replay: Replay | None = None) -> bool:
        """Store rows, and then the place and the replay if the place has this epoch still; see the port.

        Nobody waits for the disk: what a power cut takes is the end of what was written, and is delivered again.
        """
        values = [row_of(row) for row in rows]

        def settle(connection: sqlite3.Connection) -> bool:
            store(connection, values)
            moved = (place_text(place), place.subscription_id, place.epoch)
            if connection.execute(_SETTLE, moved).rowcount == 0:
                return False
            if replay is not None:
                which = (replay.subscription_id, replay.id)
                if replay.done:
                    connection.execute(_END_REPLAY, which)
                else:
                    connection.execute(_MOVE_REPLAY, (*which, replay_text(replay)))
            return True

        return await self._database.write(settle, lasting=False)

    async def move(self, subscription_id: str, cursor: Cursor) -> bool:
        """Have it go on from there, whoever delivers it; its failures are forgotten. False when there is none."""

        def move(rows: sqlite3.Connection) -> bool:
            found = rows.execute(_PLACE, (subscription_id,)).fetchone()
            if found is None:
                return False
            moved = replace(place_of(*found), cursor=cursor, failing_since=None, warned=0)
            rows.execute(_MOVE, (place_text(moved), subscription_id))
            return True

        return await self._database.write(move)

    async def places(self, subscription_ids: Collection[str]) -> dict[str, Place]:
        """The places that are there, by their subscriptions' ids."""

        def places(rows: sqlite3.Connection) -> dict[str, Place]:
            found = {each: rows.execute(_PLACE, (each,)).fetchone() for each in subscription_ids}
            return {each: place_of(*row) for each, row in found.items() if row is not None}

        return await self._database.read(places)

    async def put(self, rows: Sequence[Delivery]) -> None:
        """Store rows over what is there."""
        values = [row_of(row) for row in rows]
        await self._database.write(lambda connection: store(connection, values))

    async def get(self, subscription_id: str, event_id: str) -> Delivery | None:
        """The row with its body; None when there is none."""
        which = (subscription_id, event_id)
        found = await self._database.read(lambda rows: rows.execute(_ONE, which).fetchone())
        return None if found is None else delivery_of(found)

    async def waiting(self, subscription_id: str, limit: int | None = None) -> list[Delivery]:
        """Pending ones with their bodies, by their time and position."""
        which = (subscription_id, -1 if limit is None else limit)
        return [delivery_of(row) for row in await self._all(_WAITING, which)]

    async def page(
        self, subscription_id: str, *, state: DeliveryState | None = None, after: str | None = None, limit: int
    ) -> DeliveryPage:
        """Rows of the newest events first, without their bodies."""
        which = (subscription_id, after or _BEHIND_ALL, limit + 1)
        found = [delivery_of((*row, None)) for row in await self._all(_PAGE.format(_OF_STATE[state]), which)]
        return DeliveryPage(found[:limit], found[limit - 1].event_id if len(found) > limit else None)

    async def counts(self, subscription_id: str) -> Counts:
        """How many are pending, and how many were given up, as far as they are counted."""

        def count(rows: sqlite3.Connection, state: DeliveryState) -> int:
            return rows.execute(_COUNT, (subscription_id, state.value)).fetchone()[0]

        return await self._database.read(
            lambda rows: Counts(count(rows, DeliveryState.PENDING), count(rows, DeliveryState.GIVEN_UP))
        )

    async def replay(self, replay: Replay) -> None:
        """Have events delivered once more."""
        row = (replay.subscription_id, replay.id, replay_text(replay))
        await self._database.write(lambda rows: rows.execute(_REPLAY, row))

    async def replays(self, subscription_id: str) -> list[Replay]:
        """Those that are not done, the first that was asked for first."""
        return [replay_of(text) for (text,) in await self._all(_REPLAYS, (subscription_id,))]

    async def forget(self, subscription_id: str, session_uid: str | None = None) -> None:
        """Remove what it has, but for what is delivered; see the port. Some at a time: others write as well."""
        if session_uid is None:
            for statement in (_FORGET_PLACE, _FORGET_REPLAYS):
                await self._database.write(lambda rows, which=statement: rows.execute(which, (subscription_id,)))
        which = (subscription_id, session_uid)
        while await self._database.write(lambda rows: rows.execute(_FORGET, which).rowcount) == _AT_ONCE:
            pass

    async def prune(self, before: int, limit: int) -> int:
        """Remove rows that were taken up before that time, the oldest first, `limit` at most; how many there were."""
        return await self._database.write(lambda rows: rows.execute(_PRUNE, (before, limit)).rowcount)

    async def _all(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        return await self._database.read(lambda rows: rows.execute(query, values).fetchall())
