"""`python -m benchmarks.session_cost`: what sessions ask of DynamoDB and S3, counted on the way there.

One host and one API on an emulator, behind proxies that count: with no session, with sessions at rest, with
messages. Prints a table of requests; `docs/operations.md` says what they cost.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections import Counter

from tests.chaos.customer import Send
from tests.chaos.field import Field, Plan, running_field

_SETTLED_AFTER = 15.0
_BETWEEN = 4.0


def _counted(field: Field) -> Counter[str]:
    return sum((machine.ways.front.operations for machine in field.machines), Counter[str]())


async def _over(field: Field, seconds: float) -> Counter[str]:
    before = _counted(field)
    await asyncio.sleep(seconds)
    return _counted(field) - before


def _rows(title: str, counted: Counter[str], per: float, unit: str) -> None:
    told = ", ".join(f"{name} {count / per:.2f}" for name, count in sorted(counted.items()))
    print(f"{title}: {told or 'nothing'} {unit}")


async def main(arguments: argparse.Namespace) -> None:
    """Count and print."""
    plan = Plan(hosts=1, apis=1, sessions=0, settings={"WAGATE_SNAPSHOT_EVERY": "1"})
    async with running_field(plan) as field:
        empty = await _over(field, arguments.seconds)
        _rows("a host without sessions", empty, arguments.seconds, "a second")
        before = _counted(field)
        await field.log_in(arguments.sessions)
        await asyncio.sleep(_SETTLED_AFTER)
        _rows("pairing one session", _counted(field) - before, arguments.sessions, "(with what the host asks anyway)")
        rest = await _over(field, arguments.seconds)
        added = Counter({name: max(count - empty[name], 0) for name, count in rest.items()})
        _rows("each session at rest", added, arguments.sessions * arguments.seconds / 3600, "an hour")
        sinks = await field.whatsapp.sinks(arguments.sessions)
        begun, before = asyncio.get_running_loop().time(), _counted(field)
        for number in range(arguments.messages):
            sends = [Send(name, sink, f"cost {number}") for name, sink in zip(field.numbers, sinks, strict=True)]
            await asyncio.gather(*(field.customer.send(send) for send in sends))
            await asyncio.sleep(_BETWEEN)
        seconds = asyncio.get_running_loop().time() - begun
        busy = _counted(field) - before
        each = Counter({name: max(count - rest[name] * seconds / arguments.seconds, 0) for name, count in busy.items()})
        _rows("each message sent", each, arguments.sessions * arguments.messages, "(a snapshot after each)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.session_cost", description=__doc__)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--messages", type=int, default=5)
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    asyncio.run(main(parser.parse_args()))
