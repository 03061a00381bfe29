"""`python -m benchmarks.failover`: how long sessions are away when their host is killed, and when it is stopped.

Of two hosts one holds every session. In each round it is struck and the time is taken, by the sandbox's clock, until
each device has a new connection, at the other one; then it is started again. Exit status 1 when a limit is missed: 12 s
in the middle and 15 s at most for a killed host, 3 s for a stopped one, and answers that are worth repeating.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.connections import failovers, overlap_ms
from tests.chaos.customer import Send
from tests.chaos.emulated import emulated
from tests.chaos.field import Field, Plan, running_field

_READY_WITHIN = 60.0
_CONNECTED_WITHIN = 60.0
_LIMITS = {"kill": 15.0, "terminate": 3.0}
_MEDIAN_OF_KILL = 12.0
_RETRYABLE = {"WA_DISCONNECTED", "NO_HOST", "SEND_IN_FLIGHT", "BUS_UNAVAILABLE"}


@dataclass(slots=True)
class Rounds:
    """What was seen of one kind. `away`: seconds of each session in each round; `answers`: of sends meanwhile."""

    kind: str
    struck: list[int] = field(default_factory=list[int])
    away: list[float] = field(default_factory=list[float])
    answers: Counter[str] = field(default_factory=Counter[str])

    @property
    def missed(self) -> bool:
        """Whether a limit was."""
        too_long = max(self.away) > _LIMITS[self.kind]
        median = self.kind == "kill" and statistics.median(self.away) > _MEDIAN_OF_KILL
        allowed = {"sent", "202", "503"} | ({"SEND_UNKNOWN"} if self.kind == "kill" else set[str]())
        return too_long or median or bool(self.answers.keys() - allowed)

    def __str__(self) -> str:
        return (
            f"{self.kind}: {len(self.struck)} rounds, {min(self.struck)} to {max(self.struck)} sessions each, "
            f"connected again after p50 {statistics.median(self.away):.1f} s max {max(self.away):.1f} s; "
            f"sends meanwhile: {dict(self.answers)}"
        )


async def until_ready(on: Field, sessions: int) -> None:
    """Return when every session is connected and both hosts hold leases."""
    async with asyncio.timeout(_READY_WITHIN):
        while len(await on.whatsapp.alive()) < sessions or await _leases(on) < len(on.hosts):
            await asyncio.sleep(0.5)


async def _leases(on: Field) -> int:
    async with emulated("dynamodb", on.stores) as dynamodb:
        return int((await dynamodb.scan(TableName=f"{on.stores.table_prefix}leases", ConsistentRead=True))["Count"])


async def strike(on: Field, kind: str, rounds: Rounds) -> None:
    """One round."""
    host = await on.busiest()
    names = sorted((await on.held())[host.host_id()])
    numbers = [on.numbers[name] for name in names]
    sinks, over = await on.whatsapp.sinks(len(names)), asyncio.Event()
    sending = [
        asyncio.create_task(_send(on, name, sink, over, rounds.answers))
        for name, sink in list(zip(names, sinks, strict=True))[:: max(1, len(names) // 10)]
    ]
    await asyncio.sleep(1)
    struck_at = time.time()
    await (host.kill() if kind == "kill" else host.terminate())
    async with asyncio.timeout(_CONNECTED_WITHIN):
        while True:
            began = {number: moment for number, moment in await on.whatsapp.alive() if moment > struck_at}
            if began.keys() >= set(numbers):
                break
            await asyncio.sleep(0.1)
    over.set()
    await asyncio.gather(*sending)
    rounds.away += failovers(await on.whatsapp.connections(), struck_at, numbers)
    rounds.struck.append(len(names))
    await host.start()


async def _send(on: Field, session: str, sink: str, over: asyncio.Event, answers: Counter[str]) -> None:
    while not over.is_set():
        told = await on.customer.ask(Send(session, sink, "while its host goes"))
        retryable = told.status == 503 and told.code in _RETRYABLE and told.retry_after
        plain = {200: "sent", 202: "202"}.get(told.status, told.code or str(told.status))
        answers["503" if retryable else plain] += 1
        await asyncio.sleep(0.2)


async def main(arguments: argparse.Namespace) -> int:
    """Strike, and print a line for each round and each kind; the exit status."""
    kinds = [Rounds(kind) for kind in (["kill", "terminate"] if arguments.kind is None else [arguments.kind])]
    async with running_field(Plan(sessions=arguments.sessions)) as on:
        await strike(on, "terminate", Rounds("to begin with"))  # afterwards the other host has all
        for rounds in kinds:
            for place in range(arguments.rounds):
                await until_ready(on, arguments.sessions)
                before = len(rounds.away)
                await strike(on, rounds.kind, rounds)
                news = rounds.away[before:]
                print(
                    f"{rounds.kind} {place + 1}: {rounds.struck[-1]} sessions, "
                    f"p50 {statistics.median(news):.1f} s max {max(news):.1f} s",
                    flush=True,
                )
        overlap = overlap_ms(await on.whatsapp.connections())
        for rounds in kinds:
            print(rounds)
        print(f"overlap of two connections of one device: {overlap:.0f} ms")
    return int(overlap > 0 or any(rounds.missed for rounds in kinds))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.failover", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sessions", type=int, default=50, help="of the host that goes")
    parser.add_argument("--kind", choices=("kill", "terminate"))
    sys.exit(asyncio.run(main(parser.parse_args())))
