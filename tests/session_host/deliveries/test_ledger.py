"""What became of events, until it is stored."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from session_host.deliveries import ledger
from session_host.deliveries.clock import SystemClock
from session_host.deliveries.ledger import Ledger
from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.deliveries import SqliteDeliveries
from shared.ending import ended
from shared.events.cursor import Cursor
from shared.webhooks.model import Place
from tests.shared.adapters.contracts.samples import a_delivery

WITHIN = 30.0


async def test_many_rows_do_not_wait_for_their_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever delivers fast would wait for room otherwise: as many as are worth it are stored at once, again and again.

    Fewer wait for their time, so that a write has many.
    """
    monkeypatch.setattr(ledger, "_EVERY", 3_600.0)
    many = ledger._WORTH
    database = await Database.open(tmp_path / "wagate.db", "NORMAL")
    deliveries = SqliteDeliveries(database)
    await deliveries.begin(Place(subscription_id="wh_1", cursor=Cursor(5, 0, 0)))
    place = await deliveries.take("wh_1")
    assert place is not None
    one = Ledger(deliveries, lambda: place, SystemClock())
    task = asyncio.create_task(one.run())
    try:
        for first in (0, many):
            for position in range(first, first + many):
                one.note(a_delivery(position))
            async with asyncio.timeout(WITHIN):
                while await deliveries.get("wh_1", a_delivery(first + many - 1).event_id) is None:
                    await asyncio.sleep(0.01)
                while one.knows(a_delivery(first).event_id):  # it is told a moment after the store has them
                    await asyncio.sleep(0.01)
        for position in range(2 * many, 3 * many - 1):
            one.note(a_delivery(position))
        for position in range(many):  # of as many writes of the store none is theirs
            await deliveries.put([a_delivery(position)])
        assert one.knows(a_delivery(2 * many).event_id)
    finally:
        await ended(task)
        await database.close()
