"""Webhooks with an order: of each session one event after the other, whatever fails."""

from __future__ import annotations

from collections import defaultdict

from shared.webhooks.model import DeliveryState
from tests.session_host.deliveries.conftest import TRIED_AGAIN_AFTER, Field
from tests.session_host.deliveries.receiver import Receiver


def in_order(endpoint: Receiver) -> dict[str, list[str]]:
    """What was taken of each session, each once, in the order in which it came first."""
    found: dict[str, list[str]] = defaultdict(list)
    for got in endpoint.taken:
        text = got.event["data"]["message"]
        if text not in found[got.event["sessionId"]]:
            found[got.event["sessionId"]].append(text)
    return found


def names(session: str, count: int) -> list[str]:
    return [f"{session}{number}" for number in range(count)]


async def test_an_event_that_fails_holds_back_its_session_alone(ground: Field, endpoint: Receiver) -> None:
    """The others have all of theirs; when it is through the rest of its session follows in order."""
    webhook = await ground.webhook(endpoint.url, ordered=True)
    process = await ground.process()
    endpoint.answer = lambda _, body: 500 if b'"a1"' in body else 200
    await process.compare()
    for a, b in zip(names("a", 6), names("b", 6), strict=True):
        await ground.say(a, session="a")
        await ground.say(b, session="b")
    await endpoint.until(lambda: in_order(endpoint)["b"] == names("b", 6))
    row = await ground.row(webhook, lambda row: row.state is DeliveryState.PENDING)
    assert in_order(endpoint)["a"] == ["a0"]
    await ground.say("a6", session="a")
    endpoint.answer = lambda _, _body: 200
    ground.clock.move(TRIED_AGAIN_AFTER)
    await endpoint.until(lambda: in_order(endpoint)["a"] == names("a", 7))
    await ground.say("a7", session="a")
    await endpoint.until(lambda: in_order(endpoint)["a"] == names("a", 8))
    done = await ground.row(webhook, lambda each: each.event_id == row.event_id and each.attempts == 2)
    assert done.state is DeliveryState.DELIVERED


async def test_a_session_that_is_held_back_is_still_so_for_the_next_process(ground: Field, endpoint: Receiver) -> None:
    """Its place is the row that waits, also while it catches up: the next process goes on from there."""
    await ground.webhook(endpoint.url, ordered=True)
    first = await ground.process()
    endpoint.answer = lambda _, body: 500 if b'"a0"' in body else 200
    await first.compare()
    await ground.say(*names("a", 30), session="a")
    await ground.say("b0", session="b")
    await endpoint.until(lambda: "b0" in endpoint.texts())
    await endpoint.until(lambda: any(got.status == 500 for got in endpoint.got))
    await first.end()
    count = 0

    def some(_request, _body) -> int:
        nonlocal count
        count += 1
        return 200 if count <= 10 else 500

    endpoint.answer = some
    second = await ground.process()
    ground.clock.move(TRIED_AGAIN_AFTER)
    await second.compare()
    await endpoint.until(lambda: len(in_order(endpoint)["a"]) == 10)
    await second.end(0.0)
    endpoint.answer = lambda _, _body: 200
    third = await ground.process()
    ground.clock.move(400)
    await third.compare()
    await endpoint.until(lambda: len(in_order(endpoint)["a"]) == 30)
    assert in_order(endpoint)["a"] == names("a", 30)
