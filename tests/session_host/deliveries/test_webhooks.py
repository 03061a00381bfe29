"""Events at a webhook: once, signed, again when they failed, and never lost."""

from __future__ import annotations

import asyncio

from standardwebhooks import Webhook as Standard

from shared.webhooks.model import DeliveryState
from tests.session_host.deliveries.conftest import TRIED_AGAIN_AFTER, Field
from tests.session_host.deliveries.receiver import Receiver


async def test_what_happens_comes_signed_and_once(ground: Field, endpoint: Receiver) -> None:
    """From when the webhook was made on; a row says so, and its place is behind it."""
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    await ground.say("one")
    await process.compare()
    await endpoint.until(lambda: endpoint.got)  # of two at once neither need come first
    await ground.say("two")
    await endpoint.until(lambda: len(endpoint.got) == 2)
    assert endpoint.texts() == ["one", "two"]
    for got in endpoint.got:
        assert Standard(ground.secret(webhook)).verify(got.body, got.headers)["id"] == got.id
        assert got.headers["content-type"] == "application/json"
    row = await ground.row(webhook, lambda row: row.event_id == endpoint.got[1].id)
    assert (row.state, row.attempts, row.tries[0].status, row.tries[0].answer) == ("delivered", 1, 200, "said")
    place = await ground.place(webhook, lambda place: place.delivered == 2)
    assert (place.cursor.position, place.failing_since) == (row.position, None)


async def test_what_failed_is_tried_again_when_its_time_has_come(ground: Field, endpoint: Receiver) -> None:
    """With the same id and body; the others are not held up."""
    webhook = await ground.webhook(endpoint.url)
    endpoint.answer = lambda _, body: 500 if b"bad" in body else 200
    process = await ground.process()
    await process.compare()
    await ground.say("bad", "good")
    await endpoint.until(lambda: endpoint.texts() == ["good"])
    row = await ground.row(webhook, lambda row: row.state is DeliveryState.PENDING)
    first = next(got for got in endpoint.got if got.status == 500)
    assert (row.event_id, row.attempts, row.tries[0].status) == (first.id, 1, 500)
    endpoint.answer = lambda _, _body: 200
    ground.clock.move(TRIED_AGAIN_AFTER)
    await endpoint.until(lambda: endpoint.texts() == ["good", "bad"])
    assert (endpoint.taken[-1].id, endpoint.taken[-1].body) == (first.id, first.body)
    row = await ground.row(webhook, lambda row: row.event_id == first.id and row.state is DeliveryState.DELIVERED)
    assert (row.attempts, row.body) == (2, None)


async def test_a_process_that_dies_repeats_and_skips_nothing(ground: Field, endpoint: Receiver) -> None:
    """What it did not come to store is delivered again under the same id by the next one."""
    await ground.webhook(endpoint.url)
    process = await ground.process()
    await process.compare()
    await ground.say(*(f"m{number}" for number in range(30)))
    await endpoint.until(lambda: len(endpoint.got) >= 5)
    for one in process.webhooks._running.values():
        one.delivering._ledger.settle = asyncio.Event().wait  # it stores nothing more, as one that is killed
    await process.end(0.0)
    other = await ground.process()
    await other.compare()
    await endpoint.until(lambda: len(endpoint.texts()) == 30)
    bodies = {(got.id, got.event["data"]["message"]) for got in endpoint.taken}
    assert len(bodies) == 30


async def test_who_lost_it_writes_nothing(ground: Field, endpoint: Receiver) -> None:
    """Another process took it: the first one notices at its next write, and begins nothing on its own."""
    webhook = await ground.webhook(endpoint.url)
    first, second = await ground.process(), await ground.process()
    await first.compare()
    await ground.say("one")
    await endpoint.until(lambda: endpoint.texts() == ["one"])
    await second.compare()
    await first.compare("another key")
    await ground.say("two")
    await endpoint.until(lambda: "two" in endpoint.texts())
    assert first.webhooks.delivered == 0
    assert (await ground.place(webhook)).epoch == 2
