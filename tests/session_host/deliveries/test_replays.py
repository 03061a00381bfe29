"""What is asked for once more: a piece of the log, or of it what was given up."""

from __future__ import annotations

import asyncio
from collections import Counter

from aiohttp import web

from shared.webhooks.model import DeliveryState, Replay
from tests.session_host.deliveries.conftest import WITHIN, Field
from tests.session_host.deliveries.receiver import Receiver


async def replay(ground: Field, webhook, until: int, **changes) -> None:
    log = await ground.bus.event_reader().state()
    await ground.stores.deliveries.replay(
        Replay(subscription_id=webhook.id, id="rep_1", log=log.made_at, position=0, until=until, made_at=1, **changes)
    )


async def test_a_piece_of_the_log_comes_once_more(ground: Field, endpoint: Receiver) -> None:
    """With the same ids, and what is behind it does not."""
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    await process.compare()
    await ground.say("one", "two", "three")
    await endpoint.until(lambda: len(endpoint.got) == 3)
    two = next(got.id for got in endpoint.got if got.event["data"]["message"] == "two")  # they come in any order
    row = await ground.row(webhook, lambda row: row.event_id == two)
    await replay(ground, webhook, until=row.position)
    await process.compare()
    await endpoint.until(lambda: len(endpoint.got) == 6)
    times = Counter(got.event["data"]["message"] for got in endpoint.got)
    assert times == {"before everything": 1, "one": 2, "two": 2, "three": 1}
    assert len({got.id for got in endpoint.got}) == 4
    async with asyncio.timeout(WITHIN):
        while await ground.stores.deliveries.replays(webhook.id):
            await asyncio.sleep(0.02)


async def test_what_was_given_up_comes_once_more(ground: Field, endpoint: Receiver) -> None:
    """And nothing that was delivered."""
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    endpoint.answer = lambda _, body: (
        web.Response(status=400, headers={"webhook-delivery": "abort-message"}) if b"bad" in body else 200
    )
    await process.compare()
    await ground.say("bad", "good")
    row = await ground.row(webhook, lambda row: row.state is DeliveryState.GIVEN_UP)
    await endpoint.until(lambda: endpoint.texts() == ["good"])
    endpoint.answer = lambda _, _body: 200
    await replay(ground, webhook, until=row.position + 10, missed_only=True)
    await process.compare()
    await endpoint.until(lambda: endpoint.texts() == ["good", "bad"])
    assert [got.event["data"]["message"] for got in endpoint.taken] == ["good", "bad"]
    await ground.row(webhook, lambda each: each.event_id == row.event_id and each.state is DeliveryState.DELIVERED)
