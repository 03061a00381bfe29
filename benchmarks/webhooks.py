"""`python -m benchmarks.webhooks PART`: how fast events are at webhooks. Everything runs on this machine.

`latency`: from the frame that the sandbox sends to the request that the receiver has, at so many messages a second.
`saturation`: events a second of one process that delivers, beside a bare aiohttp loop that posts one of its requests to
the same receiver again and again, in turns. `slow`: the latency of 99 webhooks with and without one that takes 15 s for
each answer, in turns. `sends`: texts a second with a webhook and without one, in turns; the receiver stands for another
machine: it does as little as can be, at the lowest priority. Milliseconds; nothing is written but to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import secrets
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp
import psutil
import uvloop

from benchmarks.gateway import Gateway, running
from benchmarks.processes import cpu_between, usage
from benchmarks.webhook_receiver import Receiver, receiving
from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.stores import open_stores
from shared.contracts.events import MessageReceived
from shared.contracts.shown import Shown
from shared.events.cursor import newest
from shared.events.model import Publication
from shared.ids import now_ms
from shared.settings import StoreSettings
from shared.webhooks.model import Place, Secret, Webhook
from tests.emulators import servers

_BATCH = 200
_QUIET = 0.5
_TOLD = ("shard", "api", "nats", "deliverer", "sandbox")


def _spread(latencies: list[float]) -> str:
    cuts = quantiles(latencies, n=100)
    return f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms ({len(latencies)} events)"


async def latency(rate: float, count: int) -> None:
    """Messages of contacts over a whole gateway, from the frame that the sandbox took of the contact's client."""
    with receiving() as receiver, tempfile.TemporaryDirectory(prefix="wagate-webhooks-") as folder:
        settings = {"WAGATE_URL_ALLOW": "127.0.0.1"}
        async with running(Path(folder) / "data", environment=settings) as gateway:
            numbers = [str(628_400_000_001 + place) for place in range(10)]
            writers = [str(629_400_000_001 + place) for place in range(10)]
            for place, (number, writer) in enumerate(zip(numbers, writers, strict=True)):
                await gateway.log_in(f"s{place}", number)
                await gateway.control_post("/contacts", number=writer)
            made = {"url": f"http://127.0.0.1:{receiver.port}/in", "events": ["message.received"]}
            await gateway.call("POST", "/api/webhooks", json=made)
            for turn, wanted in (("warm", 100), ("measured", count)):
                await _say(
                    gateway,
                    [f"{turn}-{number}" for number in range(wanted)],
                    rate,
                    list(zip(writers, numbers, strict=True)),
                )
                await receiver.until(wanted)
                came = {text: at for (_, text), at in receiver.ask("take").items()}
            ids = {
                message["message"]: message["id"] for place in range(10) for message in await gateway.inbox(f"s{place}")
            }
            frames = {
                frame["id"]: frame["time"]
                for writer in writers
                for frame in (await gateway.control_get("/frames", **{"from": writer}))["frames"]
            }
            delays = [(at - frames[ids[text]]) * 1e3 for text, at in came.items() if ids.get(text) in frames]
            print(f"{rate:g} messages/s, frame at the sandbox -> webhook: {_spread(delays)}")


async def _say(gateway: Gateway, texts: list[str], rate: float, pairs: list[tuple[str, str]]) -> None:
    """Texts at a steady rate, each contact to a number of its own."""
    begun, saying = time.perf_counter(), set[asyncio.Task[dict[str, Any]]]()
    for number, text in enumerate(texts):
        writer, to = pairs[number % len(pairs)]
        saying.add(asyncio.create_task(gateway.control_post(f"/contacts/{writer}/send", to=to, text=text)))
        await asyncio.sleep(max(begun + (number + 1) / rate - time.perf_counter(), 0))
    await asyncio.gather(*saying)


@dataclass
class Field:
    """A log, a store with webhooks, and what publishes."""

    settings: StoreSettings
    bus: NatsBus
    uid: str
    published: int = 0

    async def publish(self, count: int) -> None:
        """So many messages, in the log when this returns."""
        log = self.bus.event_log(StreamLimits())
        while count > 0:
            left = [self._publication() for _ in range(min(count, _BATCH))]
            count -= len(left)
            while left:
                done = set((await log.publish(left)).published)
                left = [event for event in left if event not in done]

    def _publication(self) -> Publication:
        self.published += 1
        text, now = f"n{self.published}", now_ms()
        event = MessageReceived(
            at=now, id=f"3EB0{text}", chat="628111222333@s.whatsapp.net", from_number="628111222333",
            from_lid=None, from_me=False, timestamp=now // 1000, type="text", content=Shown(message=text),
        )  # fmt: skip
        body = event.model_dump_json().encode()
        return Publication("benchmark", self.published, self.uid, event.kind, body, "key_a")

    @asynccontextmanager
    async def deliverer(self) -> AsyncIterator[psutil.Process]:
        """`python -m session_host.deliverer` while the context lasts."""
        own = {
            "WAGATE_DATA_DIR": str(self.settings.data_dir),
            "WAGATE_NATS_URL": self.settings.nats_url,
            "WAGATE_URL_ALLOW": "127.0.0.1",
        }
        command = [sys.executable, "-m", "session_host.deliverer", "--host", "h"]
        process = await asyncio.create_subprocess_exec(*command, env=os.environ | own)
        try:
            yield psutil.Process(process.pid)
        finally:
            process.kill()
            await process.wait()


@asynccontextmanager
async def _field(folder: Path, urls: list[str]) -> AsyncIterator[Field]:
    """One with webhooks at these addresses, from now on."""
    async with AsyncExitStack() as stack:
        nats = stack.enter_context(servers.nats_server(jetstream=True))
        settings = StoreSettings(data_dir=folder, nats_url=nats.url)
        stores = await stack.enter_async_context(open_stores(settings))
        session, _ = await stores.sessions.get_or_create("key_a", "default", now=now_ms())
        bus = await NatsBus.connect(nats.url, name="benchmark")
        stack.push_async_callback(bus.close)
        field = Field(settings, bus, session.uid)
        await field.publish(1)
        log = await bus.event_reader().state()
        for place, url in enumerate(urls):
            webhook = Webhook(id=f"wh_{place:03}", key_id="key_a", url=url, created_at=now_ms())
            secret = f"whsec_{b64encode(secrets.token_bytes(24)).decode()}".encode()
            sealed = Secret(settings.sealer().seal(secret, webhook.about))
            await stores.webhooks.add(replace(webhook, secrets=(sealed,)), at_most=1000)
            await stores.deliveries.begin(Place(subscription_id=webhook.id, cursor=newest(log, now_ms())))
        yield field


async def saturation(count: int, turns: int) -> None:
    """What one webhook takes of a log that is full, and what a bare loop posts with as many requests at once."""
    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    for _ in range(turns):
        with receiving() as receiver, tempfile.TemporaryDirectory(prefix="wagate-webhooks-") as folder:
            url = f"http://127.0.0.1:{receiver.port}/in"
            async with _field(Path(folder), [url]) as field:
                await field.publish(count)
                async with field.deliverer() as process:
                    await receiver.until(1)
                    before, used = receiver.ask("count"), _processor(process)
                    await receiver.until(count)
                    used = (_processor(process) - used) / (count - before)
                    nice = process.nice()
            came = sorted(receiver.ask("take").values())
            ours.append(((len(came) - 1) / (came[-1] - came[0]), used * 1e6))
            bare.append(await asyncio.to_thread(_in_a_process, url, *receiver.ask("last"), count, nice))
            print("ours {:,.0f} events/s, {:,.0f} us of a processor each".format(*ours[-1]), end="; ")
            print("bare {:,.0f} posts/s, {:,.0f} us".format(*bare[-1]))
    pairs = list(zip(ours, bare, strict=True))
    print(f"events/s, ours to bare: {median(mine[0] / theirs[0] for mine, theirs in pairs):.2f}")
    print(f"events for a second of a processor: {median(theirs[1] / mine[1] for mine, theirs in pairs):.2f}")


def _processor(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _in_a_process(url: str, headers: dict[str, str], body: bytes, count: int, nice: int) -> tuple[float, float]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_bare, url, headers, body, count, nice).result()


def _bare(url: str, headers: dict[str, str], body: bytes, count: int, nice: int) -> tuple[float, float]:
    """Posts a second of a loop of aiohttp's that does nothing else, on uvloop, and microseconds of a processor each.

    With the priority of the process that delivers: beside the receiver both have the same share of the processors.
    """
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    own = {name: value for name, value in headers.items() if name.lower() not in {"host", "content-length"}}

    async def post() -> tuple[float, float]:
        left = iter(range(count))
        async with aiohttp.ClientSession(skip_auto_headers=("accept", "accept-encoding")) as http:

            async def some() -> None:
                for _ in left:
                    async with http.post(url, data=body, headers=own) as answer:
                        await answer.read()

            begun, used = time.perf_counter(), time.process_time()
            await asyncio.gather(*(some() for _ in range(8)))
            return count / (time.perf_counter() - begun), (time.process_time() - used) / count * 1e6

    return uvloop.run(post())


async def slow(count: int, rate: float, turns: int) -> None:
    """The latency of 99 webhooks, with and without one that takes 15 s for each answer."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(turns):
        for is_there in (turn % 2 == 0, turn % 2 == 1):
            with receiving() as receiver, tempfile.TemporaryDirectory(prefix="wagate-webhooks-") as folder:
                base = f"http://127.0.0.1:{receiver.port}"
                urls = [f"{base}/{number}" for number in range(99)] + [f"{base}/slow"] * is_there
                async with _field(Path(folder), urls) as field, field.deliverer():
                    await field.publish(20)
                    await receiver.until(20 * 99)
                    receiver.ask("take")
                    said: dict[str, float] = {}
                    for _ in range(count):
                        begun = time.time()
                        said[f"n{field.published + 1}"] = begun
                        await field.publish(1)
                        await asyncio.sleep(max(begun + 1 / rate - time.time(), 0))
                    await receiver.until(count * 99)
                came = receiver.ask("take")
            delays = [(at - said[text]) * 1e3 for (_, text), at in came.items() if text in said]
            found[is_there].append(quantiles(delays, n=100)[98])
            print(f"{'with' if is_there else 'without'} the slow one: {_spread(delays)}")
    ratio = median(a / b for a, b in zip(found[True], found[False], strict=True))
    print(f"p99 with {median(found[True]):.1f} ms, without {median(found[False]):.1f} ms, ratio {ratio:.2f}")


async def sends(count: int, turns: int) -> None:
    """Texts of ten sessions, a second, with a webhook that gets every receipt of them and without one, in turns."""
    with receiving(counting=True) as receiver, tempfile.TemporaryDirectory(prefix="wagate-webhooks-") as folder:
        async with running(Path(folder) / "data", environment={"WAGATE_URL_ALLOW": "127.0.0.1"}) as gateway:
            sinks = (await gateway.control_post("/sinks", count=10, receipts=True))["numbers"]
            pairs = [(f"s{place}", str(sink)) for place, sink in enumerate(sinks)]
            for place, (session, _) in enumerate(pairs):
                await gateway.log_in(session, str(628_500_000_001 + place))
            await gateway.run(pairs, count)
            ratios: list[float] = []
            for turn in range(turns):
                rates: dict[bool, float] = {}
                for is_there in (turn % 2 == 0, turn % 2 == 1):
                    webhook = await _webhook(gateway, receiver, pairs) if is_there else None
                    before, told = usage(gateway.pid), receiver.ask("count")
                    run = await gateway.run(pairs, count)
                    used, told = cpu_between(before, usage(gateway.pid)), receiver.ask("count") - told
                    rates[is_there] = run.per_second
                    each = ", ".join(f"{kind} {used[kind] / run.sends * 1e3:.2f}" for kind in _TOLD if kind in used)
                    print(f"{run.per_second:.0f} sends/s, ms of a processor for a send: {each}", end="")
                    print(f"; {told / run.sends:.1f} events told meanwhile" if webhook else "; without a webhook")
                    if webhook is not None:
                        await _until_quiet(receiver)
                        await gateway.call("DELETE", f"/api/webhooks/{webhook}")
                ratios.append(rates[True] / rates[False])
                print(f"turn {turn + 1}: with {rates[True]:.0f}, without {rates[False]:.0f}, ratio {ratios[-1]:.2f}")
            half = turns // 2
            print(f"median ratio {median(ratios):.2f}, of the first half {median(ratios[:half] or ratios):.2f}", end="")
            print(f", of the second {median(ratios[half:]):.2f}")


async def _webhook(gateway: Gateway, receiver: Receiver, pairs: list[tuple[str, str]]) -> str:
    """The id of a new webhook, when the process that delivers has begun with it."""
    told, url = receiver.ask("count"), f"http://127.0.0.1:{receiver.port}/in"
    made = await gateway.call("POST", "/api/webhooks", json={"url": url})
    await gateway.run(pairs[:1], 2)
    await receiver.until(told + 1)
    await _until_quiet(receiver)
    return str(made["webhook"]["id"])


async def _until_quiet(receiver: Receiver) -> None:
    """Return when nothing came for some time."""
    told = -1
    while told != (told := receiver.ask("count")):
        await asyncio.sleep(_QUIET)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.webhooks", description=__doc__)
    parser.add_argument("part", choices=("latency", "saturation", "slow", "sends"))
    parser.add_argument("--rate", type=float, help="messages a second: 100, of slow 2")
    parser.add_argument("--count", type=int, help="messages")
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    if given.part == "latency":
        asyncio.run(latency(given.rate or 100, given.count or 3_000))
    elif given.part == "saturation":
        asyncio.run(saturation(given.count or 5_000, given.turns))
    elif given.part == "sends":
        asyncio.run(sends(given.count or 200, given.turns))
    else:
        asyncio.run(slow(given.count or 30, given.rate or 2, given.turns))
