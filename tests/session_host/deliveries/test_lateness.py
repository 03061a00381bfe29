"""What the log says of events that wait."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from session_host.deliveries import lateness
from session_host.deliveries.counting import Readings
from tests.session_host.deliveries.conftest import Field
from tests.session_host.deliveries.receiver import Receiver

HOUR = 3600.0


async def test_what_is_late_is_said_while_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its seconds, of more than a minute, again and again; and nothing when nothing waits."""
    monkeypatch.setattr(lateness, "_EVERY", 0.001)
    said, looks = iter([0.0, 60.0, 61.4, 300.0]), []

    def readings() -> Readings:
        looks.append(1)
        return Readings(1, 0, 999.0, next(said, 0.0))

    telling = asyncio.create_task(lateness.tell_lateness(readings))
    async with asyncio.timeout(45):
        while len(looks) < 6:
            await asyncio.sleep(0.001)
    telling.cancel()
    lines = [orjson.loads(line) for line in capsys.readouterr().err.splitlines() if "deliveries_behind" in line]
    assert [(line["event"], line["seconds"]) for line in lines] == [
        ("deliveries_behind", 61),
        ("deliveries_behind", 300),
    ]


async def test_who_takes_nothing_makes_nothing_late(ground: Field, endpoint: Receiver) -> None:
    """An endpoint in trouble waits for itself alone: that is its owner's to mend."""
    await ground.webhook(endpoint.url)
    process = await ground.process()
    endpoint.answer = lambda _, _body: 500
    await process.compare()
    await ground.say(*(f"m{number}" for number in range(30)))
    async with asyncio.timeout(45):
        while not process.webhooks.readings.in_trouble:
            await asyncio.sleep(0.02)
        ground.clock.move(HOUR)
        while process.webhooks.readings.behind < HOUR - 1:  # the next page may be under way
            await asyncio.sleep(0.02)
    assert process.webhooks.readings.late == 0
