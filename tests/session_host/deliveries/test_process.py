"""The process that delivers: started, killed, stopped; what it is for goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from session_host.deliveries.workers import weight
from tests.session_host.deliveries.conftest import KEY, WITHIN, Field
from tests.session_host.deliveries.receiver import Receiver


@asynccontextmanager
async def deliverer(ground: Field, host: str = "h") -> AsyncIterator[Process]:
    """`python -m session_host.deliverer`; killed at the end."""
    settings = {
        "WAGATE_DATA_DIR": str(ground.settings.data_dir),
        "WAGATE_NATS_URL": ground.nats.url,
        "WAGATE_URL_ALLOW": "127.0.0.1",
    }
    command = [sys.executable, "-m", "session_host.deliverer", "--host", host]
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | settings)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_it_goes_on_where_the_one_before_was_killed(ground: Field, endpoint: Receiver) -> None:
    """At once, for it has the same name: exactly what was said comes, in order, and what comes twice has its id."""
    await ground.webhook(endpoint.url, ordered=True)
    told = 0
    for _ in range(2):
        async with deliverer(ground) as process:
            await ground.say(*(f"m{number}" for number in range(told, told + 20)))
            told += 20
            await endpoint.until(lambda: len(endpoint.texts()) > told - 15)  # noqa: B023 - it is called here
            process.kill()
            await process.wait()
    async with deliverer(ground):
        await endpoint.until(lambda: len(endpoint.texts()) == 40)
    _came_as_said(endpoint, {"default": [f"m{number}" for number in range(40)]})


async def test_it_stops_in_time_and_leaves_nothing_undone(ground: Field, endpoint: Receiver) -> None:
    """SIGTERM: what is on its way ends, and is stored; the next one repeats none of it."""
    webhook = await ground.webhook(endpoint.url)

    both = asyncio.Event()

    async def slowly(_request, _body) -> int:
        if endpoint.at_once == 2:
            both.set()
        await both.wait()
        await asyncio.sleep(0.5)
        return 200

    endpoint.answer = slowly
    async with deliverer(ground) as process:
        await ground.say("one", "two")
        await asyncio.wait_for(both.wait(), WITHIN)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(WITHIN):
            assert await process.wait() == 0
    place = await ground.place(webhook)
    assert (len(endpoint.got), place.delivered) == (2, 2)


async def test_what_a_second_one_takes_over_is_delivered_by_it(ground: Field, endpoint: Receiver) -> None:
    """Whoever delivers is killed in the middle of it, with its host: the other one has exactly what was said, in order.

    What comes twice has its id, and is only what was on its way in the moment of the kill.
    """
    await ground.webhook(endpoint.url, ordered=True)
    said: dict[str, list[str]] = {"one": [], "two": []}

    async def say(count: int) -> None:
        for _ in range(count):
            for session, texts in said.items():
                texts.append(f"{session}-{len(texts)}")
                await ground.say(texts[-1], session=session)

    async with deliverer(ground, "a") as first, deliverer(ground, "b") as second:
        async with asyncio.timeout(WITHIN):
            while len(await ground.stores.workers.all()) < 2:
                await asyncio.sleep(0.1)
        await say(20)
        await endpoint.until(lambda: len(endpoint.got) >= 10)
        names = {"a-deliverer": first, "b-deliverer": second}
        killed = names[max(names, key=lambda name: weight(name, KEY))]
        killed.kill()
        await killed.wait()
        await say(20)
        await endpoint.until(lambda: len(endpoint.texts()) == 80)
    _came_as_said(endpoint, said)
    repeated = len(endpoint.taken) - 80
    assert repeated <= 40, f"{repeated} came again"


def _came_as_said(endpoint: Receiver, said: dict[str, list[str]]) -> None:
    """Each event under one id of its own, those of a session first in the order in which they happened."""
    first = {got.id: got.event for got in reversed(endpoint.taken)}
    texts = [event["data"]["message"] for event in first.values()]
    assert sorted(texts) == sorted(text for those in said.values() for text in those)
    order = list(dict.fromkeys(got.id for got in endpoint.taken))
    for session, those in said.items():
        assert [first[each]["data"]["message"] for each in order if first[each]["sessionId"] == session] == those


async def test_it_is_small_knows_no_whatsapp_and_lets_sends_go_first(ground: Field, endpoint: Receiver) -> None:
    """No library of WhatsApp's, no AWS, no picture is loaded in it; its priority is a lower one."""
    await ground.webhook(endpoint.url)
    async with deliverer(ground) as process:
        await ground.say("one")
        await endpoint.until(lambda: endpoint.texts() == ["one"])
        mapped = " ".join(each.path for each in psutil.Process(process.pid).memory_maps())
        resident = psutil.Process(process.pid).memory_info().rss
        nice = psutil.Process(process.pid).nice()
    assert not [name for name in ("neonize", "botocore", "PIL", "av.libs") if f"/{name}" in mapped]
    assert resident < 120 << 20, f"{resident >> 20} MiB"
    assert nice > psutil.Process().nice()
