"""`python -m benchmarks.leaks`: does a gateway keep anything of sessions that stop, and of codes that nobody scans?

One session sends all the while. Meanwhile another is stopped and started, codes are shown and their sessions deleted,
and with `--rounds` sessions show codes until they run out (27 minutes for ten rounds each). Prints what the processes
of the host have, as they go, and in the end the sends by their answers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

from benchmarks.gateway import Gateway, running
from benchmarks.processes import kind_of

_PRINTS = 10
_SEND_EVERY = 0.1
_ROUND_SECONDS = 160
_AT_ONCE = 100
"""Sessions that show codes at the same time until they run out."""
_TRIED_AGAIN = {"NO_HOST", "WA_DISCONNECTED"}
"""What a caller is told to try again after a moment."""


class Sender:
    """Sends one message after the other, and counts the answers."""

    def __init__(self, gateway: Gateway, session: str, number: str) -> None:
        self._gateway = gateway
        self._body = {"sessionId": session, "number": number, "message": "still here"}
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            began = time.perf_counter()
            async with self._gateway.http.post(
                f"{self._gateway.url}/api/send-message", json=self._body, headers={"X-API-Key": self._gateway.key}
            ) as answer:
                said = await answer.json()
            self.answers[f"{answer.status} {said.get('code') or said.get('status')}"] += 1
            self.slowest = max(self.slowest, time.perf_counter() - began)
            await asyncio.sleep(_SEND_EVERY)


def shards(gateway: Gateway) -> list[psutil.Process]:
    """The shards of the gateway's host."""
    return [child for child in psutil.Process(gateway.pid).children(recursive=True) if kind_of(child) == "shard"]


def state(gateway: Gateway, what: str, done: int, sender: Sender) -> dict[str, Any]:
    """What the shards have now."""
    found = shards(gateway)
    return {
        "after": f"{done} {what}",
        "shards": len(found),
        "descriptors": sum(shard.num_fds() for shard in found),
        "threads": sum(shard.num_threads() for shard in found),
        "mb": round(sum(shard.memory_info().rss for shard in found) / 1e6, 1),
        "sends": dict(sender.answers),
        "slowest_send": round(sender.slowest, 2),
    }


def tell(line: dict[str, Any]) -> None:
    """A line of the result."""
    print(json.dumps(line), flush=True)


async def stops(gateway: Gateway, count: int, sender: Sender) -> None:
    """Stop and start a paired session."""
    for done in range(1, count + 1):
        await gateway.call("POST", "/api/sessions/stopped/stop")
        await gateway.call("POST", "/api/sessions/stopped/start")
        await gateway.until_connected("stopped")
        if done % max(count // _PRINTS, 1) == 0:
            tell(state(gateway, "stops and starts", done, sender))


async def codes(gateway: Gateway, count: int, sender: Sender) -> None:
    """Have a new session show a code, and delete it."""
    for done in range(1, count + 1):
        await gateway.call("GET", "/api/qr", params={"sessionId": f"code-{done}"})
        await gateway.call("DELETE", f"/api/sessions/code-{done}")
        if done % max(count // _PRINTS, 1) == 0:
            tell(state(gateway, "codes of deleted sessions", done, sender))


async def rounds(gateway: Gateway, count: int, sender: Sender) -> None:
    """Let codes run out, of many sessions at once."""
    each = max(count // _AT_ONCE, 1)
    names = [f"round-{place}" for place in range(min(count, _AT_ONCE))]
    for name in names:
        await gateway.call("GET", "/api/qr", params={"sessionId": name})
    for done in range(1, each + 1):
        await asyncio.sleep(_ROUND_SECONDS)
        tell(state(gateway, "rounds of codes", done * len(names), sender))
    async with asyncio.timeout(_ROUND_SECONDS):
        while {(await gateway.call("GET", "/api/status", params={"sessionId": name}))["status"] for name in names} != {
            "failed"
        }:
            await asyncio.sleep(1)
    await asyncio.sleep(5)
    tell(state(gateway, "rounds, all over", each * len(names), sender))


async def main(given: argparse.Namespace) -> int:
    """Measure; 1 when a send was answered with anything but success or a time to try again."""
    environment = {
        "WAGATE_QR_ROUNDS": str(max(given.rounds // _AT_ONCE, 1)),
        "WAGATE_SESSIONS_PER_SHARD": "300",
        "WAGATE_NEW_SESSIONS_PER_MINUTE": "0",
    }
    with tempfile.TemporaryDirectory(prefix="wagate-leaks-") as folder:
        async with running(Path(folder) / "data", environment=environment) as gateway:
            await gateway.log_in("sender", "628400000001")
            await gateway.log_in("stopped", "628400000002")
            (sink,) = await gateway.sinks(1)
            sender = Sender(gateway, "sender", sink)
            sending = asyncio.create_task(sender.run())
            tell(state(gateway, "yet", 0, sender))
            for measured, count in ((stops, given.stops), (codes, given.codes), (rounds, given.rounds)):
                if count:
                    await measured(gateway, count, sender)
            sending.cancel()
            await asyncio.wait({sending})
            if not sending.cancelled():
                await sending
            failed = sum(
                count
                for answer, count in sender.answers.items()
                if not answer.startswith("2") and answer.split()[1] not in _TRIED_AGAIN
            )
            tell(state(gateway, "failed sends", failed, sender))
    return 1 if failed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.leaks", description=__doc__)
    parser.add_argument("--stops", type=int, default=1000)
    parser.add_argument("--codes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=0, help="rounds of codes that nobody scans, 100 sessions at once")
    sys.exit(asyncio.run(main(parser.parse_args())))
