"""Many deliveries in SQLite."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.deliveries import SqliteDeliveries
from shared.webhooks.model import AT_MOST, Counts, DeliveryState
from tests.shared.adapters.contracts.samples import a_delivery


async def test_no_more_are_counted_than_is_said_and_all_are_forgotten(tmp_path: Path) -> None:
    """A count reads a thousand rows at most; what is forgotten goes piece by piece, to the last one."""
    database = await Database.open(tmp_path / "wagate.db", "NORMAL")
    deliveries = SqliteDeliveries(database)
    pending = {"state": DeliveryState.PENDING, "waited": True, "next_at": 1}
    await deliveries.put([a_delivery(number, **pending) for number in range(AT_MOST + 1)])
    assert await deliveries.counts("wh_1") == Counts(AT_MOST, 0)
    await deliveries.forget("wh_1")
    assert await deliveries.counts("wh_1") == Counts(0, 0)
    await database.close()


@pytest.mark.parametrize("count", [1, 63, 64, 65, 128, 200])
async def test_however_many_are_stored_together_each_is_as_it_was_given(tmp_path: Path, count: int) -> None:
    """And over what was there: some by one statement, the rest one by one."""
    database = await Database.open(tmp_path / "wagate.db", "NORMAL")
    deliveries = SqliteDeliveries(database)
    waiting = {"state": DeliveryState.PENDING, "waited": True}
    for attempts in (1, 2):
        rows = [a_delivery(n, next_at=n, attempts=attempts, body=b"%d" % n, **waiting) for n in range(count)]
        await deliveries.put(rows)
        assert [replace(row, first_at=0) for row in await deliveries.waiting("wh_1")] == [
            replace(row, first_at=0) for row in rows
        ]
    await database.close()


async def test_deliveries_are_found_by_their_indexes(tmp_path: Path) -> None:
    """What waits, what has a state and what is counted: no query reads the rows that were delivered."""
    database = await Database.open(tmp_path / "wagate.db", "NORMAL")
    plans: list[str] = []

    async def explained() -> None:
        deliveries = SqliteDeliveries(database)
        await deliveries.waiting("wh_1", 5)
        await deliveries.counts("wh_1")
        for state in (DeliveryState.PENDING, DeliveryState.GIVEN_UP):
            await deliveries.page("wh_1", state=state, limit=5)

    statements: list[str] = []
    await database.read(lambda rows: rows.set_trace_callback(statements.append))
    await explained()
    await database.read(lambda rows: rows.set_trace_callback(None))
    for statement in statements:
        plans += await database.read(
            lambda rows, one=statement: [row[3] for row in rows.execute(f"EXPLAIN QUERY PLAN {one}")]
        )
    used = [plan for plan in plans if "deliveries" in plan]
    assert len(used) == 5
    assert all("deliveries_pending" in plan or "deliveries_by_state" in plan for plan in used), used
    await database.close()
