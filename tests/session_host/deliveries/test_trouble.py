"""Endpoints in trouble: down for a moment, for days, for ever; busy, slow, gone. Nothing is lost, nobody else waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import nats
import orjson
import pytest
from aiohttp import web

from session_host.deliveries import ledger
from session_host.deliveries.webhook import AT_ONCE
from shared.adapters.nats.event_stream import STREAM
from shared.events.cursor import newest
from shared.webhooks.model import DeliveryState, Webhook
from tests.functions.conftest import Api, api_with
from tests.session_host.deliveries.conftest import KEY, WITHIN, Field
from tests.session_host.deliveries.receiver import Receiver

HOUR = 3600.0


@pytest.fixture
async def api(ground: Field) -> AsyncIterator[Api]:
    """The API on the same store and log."""
    async with api_with(ground.nats.url, ground.settings.data_dir) as running:
        yield running


async def until(condition, within: float = WITHIN) -> None:
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.02)


async def test_a_receiver_that_was_down_for_70_hours_gets_everything(ground: Field, endpoint: Receiver) -> None:
    """What happened meanwhile waits in the log; what was tried waits in rows, and comes with the rest."""
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    endpoint.answer = lambda _, _body: 503
    await process.compare()
    for hour in range(70):
        await ground.say(*(f"h{hour}-{number}" for number in range(3)))
        seen = len(endpoint.got)
        ground.clock.move(HOUR)
        await endpoint.until(lambda: len(endpoint.got) > seen)  # noqa: B023 - it is called here
    await until(lambda: _is_warned(ground, webhook))
    assert endpoint.taken == []
    endpoint.answer = lambda _, _body: 200
    ground.clock.move(60)
    expected = {f"h{hour}-{number}" for hour in range(70) for number in range(3)}
    await endpoint.until(lambda: expected <= set(endpoint.texts()))
    await until(lambda: _is_well(ground, webhook))


async def test_what_is_to_be_tried_again_has_a_bound(
    ground: Field, endpoint: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that takes one of three is never gone: what else comes waits in the log, in no row, and comes yet."""
    monkeypatch.setattr(ledger, "MOST_PENDING", 20)
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    endpoint.answer = lambda _, body: 200 if _number(body) % 3 == 0 else 500
    await process.compare()
    await ground.say(*(f"m{number}" for number in range(400)))

    async def pending() -> int:
        return len(await ground.stores.deliveries.waiting(webhook.id))

    async def is_full() -> bool:
        return await pending() >= 20

    await until(is_full)
    for _ in range(30):
        tried = len(endpoint.got)
        ground.clock.move(HOUR / 6)
        await endpoint.until(lambda: len(endpoint.got) > tried)  # noqa: B023 - it is called here
        assert await pending() <= 20 + AT_ONCE
    assert len({got.id for got in endpoint.got}) < 120
    assert process.webhooks.readings.behind > HOUR
    endpoint.answer = lambda _, _body: 200
    ground.clock.move(30 * HOUR)
    await endpoint.until(lambda: {f"m{number}" for number in range(400)} <= set(endpoint.texts()))


def _number(body: bytes) -> int:
    return int(orjson.loads(body)["data"]["message"][1:])


async def _is_warned(ground: Field, webhook: Webhook) -> bool:
    return (await ground.place(webhook)).warned == 50


async def _is_well(ground: Field, webhook: Webhook) -> bool:
    place = await ground.place(webhook)
    return place.failing_since is None and place.delivered == 211  # the warning is an event as well


async def test_one_that_is_down_for_6_days_is_disabled_and_its_owner_is_told(
    ground: Field, endpoint: Receiver, api: Api
) -> None:
    """By events of the key, which another webhook has; enabled by the API, it goes on where it was: no hole is left."""
    headers, key = await api.new_key(), (await api.stores.keys.all())[0].id
    await ground.session(key=key)
    webhook = await ground.webhook(endpoint.url, key_id=key)
    await ground.webhook(endpoint.url.replace("/in", "/told"), key_id=key, events=("webhook.*",))
    process = await ground.process()
    endpoint.answer = lambda request, _: 200 if request.path == "/told" else 500
    await process.compare()

    async def is_disabled() -> bool:
        row = await ground.stores.webhooks.get(key, webhook.id)
        return row is not None and row.disabled is not None

    said = 0
    for _ in range(6 * 6):
        if await is_disabled():
            break
        await ground.say(f"m{said}", key=key)
        said += 1
        seen = len(endpoint.got)
        ground.clock.move(4 * HOUR)
        await endpoint.until(lambda: len(endpoint.got) > seen)  # noqa: B023 - it is called here
        await asyncio.sleep(0.05)
    await until(is_disabled)
    await endpoint.until(lambda: len(endpoint.taken) == 4)
    events = {(got.event["type"], got.event["data"].get("percent")): got.event["data"] for got in endpoint.taken}
    assert events.keys() == {("webhook.failing", percent) for percent in (50, 70, 90)} | {("webhook.disabled", None)}
    disabled = events["webhook.disabled", None]
    assert (disabled["id"], disabled["reason"], disabled["lastAnswer"]) == (webhook.id, "failing", "500")
    await ground.say("while it was disabled", key=key)
    endpoint.answer = lambda _, _body: 200
    enabled = await api.http.post(f"/api/webhooks/{webhook.id}/enable", json={}, headers=headers)
    assert (enabled.status_code, enabled.json()["webhook"]["state"]) == (200, "enabled"), enabled.text
    assert not enabled.json()["incomplete"]
    await process.compare()
    await endpoint.until(lambda: "while it was disabled" in endpoint.texts())
    ground.clock.move(60)
    expected = {f"m{number}" for number in range(said)} | {"while it was disabled"}
    await endpoint.until(lambda: expected <= set(endpoint.texts()))


async def test_what_the_log_dropped_is_told_to_the_owner(ground: Field, endpoint: Receiver) -> None:
    """Once, by an event of the key, with up to when there is no hole; what the log still has comes."""
    webhook = await ground.webhook(endpoint.url)
    await ground.webhook(endpoint.url.replace("/in", "/told"), events=("webhook.*",))
    now = (await ground.place(webhook)).cursor
    before = now._replace(at=(now.at // 1000 - 8 * 24 * 3600) * 1000)
    assert await ground.stores.deliveries.move(webhook.id, before)
    await ground.say("dropped", "kept")
    connection = await nats.connect(ground.nats.url)
    await connection.jetstream().purge_stream(STREAM, keep=1)
    await connection.close()
    process = await ground.process()
    await process.compare()

    def told() -> list[dict]:  # both webhooks are told of it: the event is the same one
        missed = {got.id: got.event["data"] for got in endpoint.taken if got.event["type"] == "webhook.missed"}
        return list(missed.values())

    await endpoint.until(lambda: {webhook.id} <= {data["id"] for data in told()} and "kept" in endpoint.texts())
    mine = [data for data in told() if data["id"] == webhook.id]
    assert [(data["url"], data["since"]) for data in mine] == [(webhook.url, before.at)]
    messages = [got.event["data"]["message"] for got in endpoint.taken if "message" in got.event["data"]]
    assert set(messages) == {"kept"}


async def test_one_that_is_gone_is_told_nothing_more(ground: Field, endpoint: Receiver) -> None:
    """410: at once, and what is behind it stays in the log for when it is enabled again."""
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    endpoint.answer = lambda _, _body: 410
    await process.compare()
    await ground.say("one")
    await endpoint.until(lambda: endpoint.got)

    async def is_disabled() -> bool:
        row = await ground.stores.webhooks.get(KEY, webhook.id)
        return row is not None and row.disabled is not None and row.disabled.reason == "gone"

    await until(is_disabled)
    seen = len(endpoint.got)
    await process.compare()
    await ground.say("two")
    assert process.webhooks.delivered == 0
    assert len(endpoint.got) == seen


async def test_a_message_that_it_never_wants_again_is_given_up(ground: Field, endpoint: Receiver) -> None:
    """`webhook-delivery: abort-message`: that one alone."""
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    endpoint.answer = lambda _, body: (
        web.Response(status=400, headers={"Webhook-Delivery": "abort-message"}) if b"bad" in body else 200
    )
    await process.compare()
    await ground.say("bad", "good")
    await endpoint.until(lambda: endpoint.texts() == ["good"])
    row = await ground.row(webhook, lambda row: row.state is DeliveryState.GIVEN_UP)
    assert row.attempts == 1
    assert (await ground.place(webhook)).failed == 1


async def test_one_that_is_busy_is_asked_one_at_a_time_and_not_before_it_says(
    ground: Field, endpoint: Receiver
) -> None:
    """429 with `Retry-After`: nothing for that long, and then slowly more and more."""
    await ground.webhook(endpoint.url)
    process = await ground.process()
    endpoint.answer = lambda _, _body: web.Response(status=429, headers={"Retry-After": "600"})
    await process.compare()
    await ground.say(*(f"m{number}" for number in range(40)))
    await endpoint.until(lambda: endpoint.got)
    first = await _asked(endpoint)
    assert first <= 8
    ground.clock.move(500)
    assert await _asked(endpoint) == first
    most: list[tuple[int, int]] = []

    async def takes(_request, _body) -> int:
        most.append((endpoint.at_once, len(endpoint.taken)))
        await asyncio.sleep(0.01)
        return 200

    endpoint.answer = takes
    ground.clock.move(1000)
    await endpoint.until(lambda: len(endpoint.texts()) == 40)
    assert [each for each in most if each[0] > each[1] + 1] == [], "one more at once for each that it took"


async def _asked(endpoint: Receiver) -> int:
    """How often it was asked, once that has not changed for a while and nothing is on its way."""
    async with asyncio.timeout(WITHIN):
        while True:
            before = len(endpoint.got)
            await asyncio.sleep(0.5)
            if len(endpoint.got) == before and endpoint.at_once == 0:
                return before


async def test_one_slow_endpoint_slows_nobody(ground: Field, endpoint: Receiver) -> None:
    """It holds its own eight requests; the others have everything meanwhile."""
    held = asyncio.Event()

    async def answer(request: web.Request, _: bytes) -> int:
        if request.path == "/slow":
            await held.wait()
        return 200

    endpoint.answer = answer
    await ground.webhook(endpoint.url.replace("/in", "/slow"))
    quick = [await ground.webhook(endpoint.url.replace("/in", f"/quick{number}")) for number in range(5)]
    process = await ground.process()
    await process.compare()
    await ground.say(*(f"m{number}" for number in range(40)))
    try:
        await endpoint.until(lambda: len(endpoint.taken) >= 40 * len(quick))
        assert endpoint.at_once <= 8
    finally:
        held.set()


async def test_what_is_kept_is_behind_the_place(ground: Field, endpoint: Receiver) -> None:
    """The log's newest position is where an idle webhook is, and it says so without writing all the time."""
    webhook = await ground.webhook(endpoint.url)
    process = await ground.process()
    await process.compare()
    await ground.say("one")
    await endpoint.until(lambda: endpoint.texts() == ["one"])
    row = await ground.row(webhook, lambda row: row.state is DeliveryState.DELIVERED)
    log = await ground.bus.event_reader().state()
    assert row.position == newest(log, 0).position
