"""`python -m benchmarks.session_cost`: what a session asks of DynamoDB, S3 and NATS, counted on the way there.

One session host and one API on an emulator, with a proxy before it that counts. Nothing is written anywhere;
docs/operations.md says what it costs.

At rest: one session, then all of them; the difference is what one session more asks. With messages: every session
sends one to a number that it knows, and later a contact writes to every session; between two of them is more time
than between two snapshots, so each message has the snapshots that it has at one a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import uuid4

import nats

from tests.chaos.aws_meter import Counts, Meter
from tests.chaos.aws_units import KEYS, Item, copies, item_bytes
from tests.chaos.customer import Send
from tests.chaos.emulated import emulated
from tests.chaos.field import Field, Plan, running_field

_SETTLED_AFTER = 12.0
_BETWEEN = 11.0
"""Seconds after a message: two snapshots are at least 5 apart, and a message can have two."""
_WRITER = "6290000000002"


@asynccontextmanager
async def metered(field: Field) -> AsyncGenerator[Meter]:
    """One meter for all machines of a field, until the context ends."""
    async with emulated("dynamodb", field.stores) as dynamodb:
        meter = Meter(dynamodb, field.stores.table_prefix)
        for machine in field.machines:
            machine.ways.front.meter = meter
        yield meter
        for machine in field.machines:
            machine.ways.front.meter = None


async def over(meter: Meter, seconds: float) -> Counts:
    """What is asked in so many seconds."""
    before = meter.counts.copy()
    await asyncio.sleep(seconds)
    return meter.counts.since(before)


class Traffic:
    """Messages of all sessions at once, and what was asked because of them."""

    def __init__(self, field: Field, meter: Meter) -> None:
        self._field = field
        self._meter = meter
        self._sinks: dict[str, str] = {}
        self.sent, self.received = Counts(), Counts()
        self.sent_bytes = self.received_bytes = 0

    async def prepare(self) -> None:
        """Make the contacts, and let every session know them by a first message each way."""
        sinks = await self._field.whatsapp.sinks(len(self._field.numbers))
        self._sinks = dict(zip(self._field.numbers, sinks, strict=True))
        await self._field.whatsapp.post("/contacts", number=_WRITER)
        await self.round()
        self.sent, self.received = Counts(), Counts()
        self.sent_bytes = self.received_bytes = 0

    async def round(self) -> None:
        """A message from every session, then one to every session."""
        counted, stored = self._meter.counts.copy(), await stream_bytes(self._field)
        await asyncio.gather(*(self._send(name) for name in self._field.numbers))
        await asyncio.sleep(_BETWEEN)
        between, now = self._meter.counts.copy(), await stream_bytes(self._field)
        self.sent.add_all(between.since(counted))
        self.sent_bytes += now - stored
        for number in self._field.numbers.values():
            await self._field.whatsapp.post(f"/contacts/{_WRITER}/send", to=number, text=_text())
        await asyncio.sleep(_BETWEEN)
        self.received.add_all(self._meter.counts.since(between))
        self.received_bytes += await stream_bytes(self._field) - now

    async def _send(self, name: str) -> None:
        outcome = await self._field.customer.send(Send(name, self._sinks[name], _text()))
        if outcome != "sent":
            raise RuntimeError(f"a message of {name} is {outcome}")


def _text() -> str:
    return f"text {uuid4()}"


async def stream_bytes(field: Field) -> int:
    """Bytes that the log of events holds in JetStream."""
    client = await nats.connect(field.nats[0].url)
    try:
        return (await client.jetstream().stream_info("EVENTS")).state.bytes
    finally:
        await client.close()


def table(title: str, counted: Counts, per: float, *, less: Counts | None = None, times: float = 0.0) -> None:
    """Print counts divided by `per`; before that, `less` so many times is taken away."""
    print(f"\n{title}\n{'':34}{'requests':>12}{'units':>12}")
    without = less or Counts()
    for what in sorted(counted.requests | without.requests):
        requests = (counted.requests[what] - without.requests[what] * times) / per
        units = (counted.units.get(what, 0.0) - without.units.get(what, 0.0) * times) / per
        print(f"{what:34}{requests:>12.2f}{units:>12.2f}")


async def rows(field: Field) -> None:
    """Print how many rows of each kind there are for a session, and how large they are."""
    print(f"\nRows a session has\n{'':34}{'rows':>8}{'bytes':>8}{'copies':>8}   (mean; copies: table and indexes)")
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    async with emulated("dynamodb", field.stores) as dynamodb:
        for name in KEYS:
            pages = dynamodb.get_paginator("scan").paginate(TableName=field.stores.table_prefix + name)
            async for page in pages:
                for item in page["Items"]:
                    found[kind(name, item)].append((item_bytes(item), copies(name, item)))
    for what, items in sorted(found.items()):
        size, places = (statistics.mean(each) for each in zip(*items, strict=True))
        print(f"{what:34}{len(items) / len(field.numbers):>8.2f}{size:>8.0f}{places:>8.1f}")


def kind(name: str, item: Item) -> str:
    """What a row is, by what its key begins with: a table can hold two kinds."""
    key = next(iter(item[KEYS[name][-1]].values()))
    return f"{name} {key.split('#')[0]}#" if "#" in key else name


async def objects(field: Field) -> None:
    """Print the objects of a session."""
    sizes: dict[str, list[int]] = defaultdict(list)
    async with emulated("s3", field.stores) as s3:
        async for page in s3.get_paginator("list_objects_v2").paginate(Bucket=field.stores.bucket):
            for each in page.get("Contents", []):
                sizes["manifest" if each["Key"].endswith("/manifest") else "snapshot"].append(each["Size"])
    print(f"\nObjects a session has\n{'':34}{'objects':>8}{'bytes':>8}")
    for what, each in sorted(sizes.items()):
        print(f"{what:34}{len(each) / len(field.numbers):>8.2f}{statistics.mean(each):>8.0f}")


async def main(arguments: argparse.Namespace) -> None:
    """Count and print."""
    more: int = arguments.sessions - 1
    async with running_field(Plan(hosts=1, apis=1, sessions=1)) as field, metered(field) as meter:
        hours = arguments.rest / 3600
        await asyncio.sleep(_SETTLED_AFTER)
        one = await over(meter, arguments.rest)
        before = meter.counts.copy()
        await field.log_in(more)
        await asyncio.sleep(_SETTLED_AFTER)
        paired = meter.counts.since(before)
        several = await over(meter, arguments.rest)
        table("At rest, one session, its host and its API: an hour", one, hours)
        table("At rest, one session more: an hour", several, more * hours, less=one, times=1)
        table("Pairing one session (S3)", _only(paired, "s3"), more)
        await rows(field)
        await objects(field)
        if arguments.rounds:
            await busy(field, meter, arguments.rounds, several, arguments.rest)


def _only(counted: Counts, service: str) -> Counts:
    kept = Counts()
    kept.requests.update({what: each for what, each in counted.requests.items() if what.startswith(service)})
    return kept


async def busy(field: Field, meter: Meter, rounds: int, rest: Counts, rest_seconds: float) -> None:
    """Print what messages cost, without what is asked at rest in the same time."""
    traffic = Traffic(field, meter)
    await traffic.prepare()
    begun = asyncio.get_running_loop().time()
    for _ in range(rounds):
        await traffic.round()
    each_way = (asyncio.get_running_loop().time() - begun) / 2
    messages = rounds * len(field.numbers)
    share = each_way / rest_seconds
    table(f"One message sent, of {messages}", traffic.sent, messages, less=rest, times=share)
    print(f"{'bytes of the log of events':34}{traffic.sent_bytes / messages:>12.0f}")
    table(f"One message received, of {messages}", traffic.received, messages, less=rest, times=share)
    print(f"{'bytes of the log of events':34}{traffic.received_bytes / messages:>12.0f}")
    await rows(field)
    await objects(field)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.session_cost", description=__doc__)
    parser.add_argument("--sessions", type=int, default=6, help="sessions, two or more")
    parser.add_argument("--rest", type=float, default=60.0, help="seconds to count at rest, twice")
    parser.add_argument("--rounds", type=int, default=4, help="messages from and to each session")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_arguments()))
