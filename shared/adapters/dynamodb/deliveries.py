"""How far subscriptions are, and what became of each event, in DynamoDB."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from shared.adapters.dynamodb.contention import until_written
from shared.adapters.dynamodb.delivery_rows import (
    at_once_key,
    before,
    day_of,
    delivery_of,
    in_state,
    row_of,
    waited_key,
)
from shared.adapters.dynamodb.table import ConditionFailed, Row, Table, Write
from shared.events.cursor import Cursor
from shared.ids import now_ms
from shared.webhooks.model import AT_MOST, KEPT_FOR_MS, Counts, Delivery, DeliveryPage, DeliveryState, Place, Replay
from shared.webhooks.written import place_of, place_text, replay_of, replay_text

_DAY_MS: Final = 86_400_000
_THIS_EPOCH = "#epoch = :epoch"
_PLACED = "SET #place = :place"


class DynamoDeliveries:
    """`shared.webhooks.ports.Deliveries`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def begin(self, place: Place) -> None:
        """Store the first place of a new subscription; one that is there stays as it is."""
        row = {**_place_key(place.subscription_id), "epoch": place.epoch, "place": place_text(place)}
        with suppress(ConditionFailed):
            await self._table.put(row, "attribute_not_exists(#pk)")

    async def take(self, subscription_id: str) -> Place | None:
        """Its place with an epoch of one's own; None when there is none."""
        with suppress(ConditionFailed):
            there = "attribute_exists(#pk)"
            return _place(await self._table.update(_place_key(subscription_id), "ADD #epoch :one", there, {"one": 1}))
        return None

    async def settle(self, place: Place, rows: Sequence[Delivery], replay: Replay | None = None) -> bool:
        """Store rows, and then the place and the replay if the place has this epoch still; see the port."""
        await self.put(rows)
        key, values = _place_key(place.subscription_id), {"place": place_text(place), "epoch": place.epoch}
        if replay is None:
            with suppress(ConditionFailed):
                await self._table.update(key, _PLACED, _THIS_EPOCH, values)
                return True
            return False

        async def together() -> bool:
            found = await self._table.get(**key)
            if found is None or found["epoch"] != place.epoch:
                return False
            moved = _replay_row(replay)
            ended = Write.delete({name: moved[name] for name in ("pk", "sk")})
            await self._table.together(
                Write.update(key, _PLACED, _THIS_EPOCH, values), ended if replay.done else Write.put(moved)
            )
            return True

        return await until_written("The place", together)

    async def move(self, subscription_id: str, cursor: Cursor) -> bool:
        """Have it go on from there, whoever delivers it; its failures are forgotten. False when there is none."""

        async def move() -> bool:
            found = await self._table.get(**_place_key(subscription_id))
            if found is None:
                return False
            moved = replace(_place(found), cursor=cursor, failing_since=None, warned=0)
            values = {"place": place_text(moved), "epoch": moved.epoch, "next": moved.epoch + 1}
            change = f"{_PLACED}, #epoch = :next"
            await self._table.update(_place_key(subscription_id), change, _THIS_EPOCH, values)
            return True

        return await until_written("The place", move)

    async def places(self, subscription_ids: Collection[str]) -> dict[str, Place]:
        """The places that are there, by their subscriptions' ids."""
        found = await self._table.get_many([_place_key(each) for each in subscription_ids])
        return {row["pk"]: _place(row) for row in found}

    async def put(self, rows: Sequence[Delivery]) -> None:
        """Store rows over what is there."""
        await self._table.put_many([row_of(row) for row in rows])
        await self._table.remove_many([at_once_key(row.subscription_id, row.event_id) for row in rows if row.waited])

    async def get(self, subscription_id: str, event_id: str) -> Delivery | None:
        """The row with its body; None when there is none."""
        for key in (waited_key, at_once_key):
            row = await self._table.get(**key(subscription_id, event_id))
            if row is not None:
                return delivery_of(row, with_body=True)
        return None

    async def waiting(self, subscription_id: str, limit: int | None = None) -> list[Delivery]:
        """Pending ones with their bodies, by their time and position."""
        rows = self._table.query("#pk = :pk", {"pk": subscription_id}, index="waiting", page=limit)
        return [delivery_of(row, with_body=True) for row in await _some(rows, limit)]

    async def page(
        self, subscription_id: str, *, state: DeliveryState | None = None, after: str | None = None, limit: int
    ) -> DeliveryPage:
        """Rows of the newest events first, without their bodies."""
        found: list[Row] = []
        if state in {None, DeliveryState.DELIVERED}:
            found += await self._newest(subscription_id, state, after, limit + 1)
            found += await self._at_once(subscription_id, after, limit + 1)
        elif state is not None:
            found += await _some(self._of_state(subscription_id, state, after, page=limit + 1), limit + 1)
        by_event = {row["sk"]: row for row in reversed(found)}
        rows = [delivery_of(by_event[key], with_body=False) for key in sorted(by_event, reverse=True)]
        return DeliveryPage(rows[:limit], rows[limit - 1].event_id if len(rows) > limit else None)

    async def counts(self, subscription_id: str) -> Counts:
        """How many are pending, and how many were given up, as far as they are counted."""
        pending, given_up = [
            len(await _some(self._of_state(subscription_id, state, None), AT_MOST))
            for state in (DeliveryState.PENDING, DeliveryState.GIVEN_UP)
        ]
        return Counts(pending, given_up)

    async def replay(self, replay: Replay) -> None:
        """Have events delivered once more."""
        await self._table.put(_replay_row(replay))

    async def replays(self, subscription_id: str) -> list[Replay]:
        """Those that are not done, the first that was asked for first."""
        values = {"pk": subscription_id, "family": "r#"}
        rows = self._table.query("#pk = :pk AND begins_with(#sk, :family)", values)
        return [replay_of(row["replay"]) async for row in rows]

    async def forget(self, subscription_id: str, session_uid: str | None = None) -> None:
        """Remove what it has, but for what is delivered; see the port."""
        if session_uid is None:
            rows = self._table.query("#pk = :pk", {"pk": subscription_id})
        else:
            values, only = {"pk": subscription_id, "session_uid": session_uid}, "#session_uid = :session_uid"
            rows = self._table.query("#pk = :pk", values, index="by_state", only=only)
        await self._table.remove_many([{name: row[name] for name in ("pk", "sk")} async for row in rows])

    async def prune(self, before: int, limit: int) -> int:  # noqa: ARG002 - the port's
        """Nothing: DynamoDB removes them by their time."""
        return 0

    async def _newest(self, partition: str, state: DeliveryState | None, after: str | None, limit: int) -> list[Row]:
        values: dict[str, Any] = {"pk": partition, "before": before(after)}
        only = None
        if state is not None:
            values["state"], only = state.value, "#state = :state"
        condition = "#pk = :pk AND #sk < :before"
        return await _some(self._table.query(condition, values, only=only, newest_first=True, page=limit), limit)

    async def _at_once(self, subscription_id: str, after: str | None, limit: int) -> list[Row]:
        """Those that did not wait, day by day."""
        found: list[Row] = []
        now = now_ms()
        for at in range(now + _DAY_MS, now - KEPT_FOR_MS - _DAY_MS, -_DAY_MS):
            if len(found) < limit:
                found += await self._newest(day_of(subscription_id, at), None, after, limit - len(found))
        return found

    def _of_state(
        self, subscription_id: str, state: DeliveryState, after: str | None, page: int | None = None
    ) -> AsyncGenerator[Row]:
        values = {"pk": subscription_id, "from": in_state(state, ""), "to": in_state(state, after or "~")}
        condition = "#pk = :pk AND #state_place BETWEEN :from AND :to"
        return self._table.query(condition, values, index="by_state", newest_first=True, page=page)


async def _some(rows: AsyncGenerator[Row], limit: int | None) -> list[Row]:
    found: list[Row] = []
    async for row in rows:
        found.append(row)
        if len(found) == limit:
            break
    await rows.aclose()
    return found


def _place_key(subscription_id: str) -> dict[str, str]:
    return {"pk": subscription_id, "sk": "place"}


def _place(row: Row) -> Place:
    return place_of(row["place"], row["epoch"])


def _replay_row(replay: Replay) -> Row:
    return {"pk": replay.subscription_id, "sk": f"r#{replay.id}", "replay": replay_text(replay)}
