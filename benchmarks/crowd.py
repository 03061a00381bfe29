"""A thousand unpaired sessions of one key, and what another key notices: `python -m benchmarks.crowd`.

One gateway against the sandbox. A key that has one number sends; then another key makes its sessions by asking for
their codes, without the limit of new sessions in a minute. Meanwhile the first key goes on to send, and others ask
for the codes of their first sessions. Sends before and meanwhile are compared; memory is that of every process of the
gateway but the sandbox's.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.gateway import Gateway, running
from benchmarks.processes import usage

_ASKING = 4
_THEIRS = ("sandbox", "contacts")
_SENDER, _CONTACT = "628100000001", "629000000001"


async def _ask_for_codes(gateway: Gateway, key: str, names: list[str], outcomes: Counter[str]) -> None:
    while names:
        name = names.pop()
        async with gateway.http.get(
            f"{gateway.url}/api/qr", params={"sessionId": name}, headers={"X-API-Key": key}
        ) as answer:
            said = await answer.json()
        outcomes[said.get("code") or said["status"]] += 1


async def _first_code(gateway: Gateway, key: str, name: str) -> float:
    begun = time.perf_counter()
    async with gateway.http.get(
        f"{gateway.url}/api/qr", params={"sessionId": name}, headers={"X-API-Key": key}
    ) as answer:
        said = await answer.json()
    took = time.perf_counter() - begun
    if not said.get("qr"):
        raise RuntimeError(f"no code: {said}")
    path = f"{gateway.url}/api/sessions/{name}"
    async with gateway.http.delete(path, headers={"X-API-Key": key}) as deleted:  # else they would be a crowd too
        deleted.raise_for_status()
    return took


def _memory(gateway: Gateway) -> tuple[float, int]:
    """MB of the gateway's processes, and how many of them are shards."""
    found = {kind: used for kind, used in usage(gateway.pid).items() if kind not in _THEIRS}
    return sum(used.rss for used in found.values()), len(list((gateway.data / "journal").glob("*.db")))


async def measure(sessions: int, sends: int) -> None:
    """Measure once, and print it."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        async with running(data, environment={"WAGATE_NEW_SESSIONS_PER_MINUTE": "0"}) as gateway:
            crowd = await gateway.make_key("crowd")
            gateway.key = await gateway.make_key("sender")
            async with gateway.http.post(f"{gateway.control}/contacts", json={"number": _CONTACT}) as made:
                made.raise_for_status()
            await gateway.log_in("sender", _SENDER)
            await gateway.send_many("sender", _CONTACT, 20)
            before = await gateway.send_many("sender", _CONTACT, sends)
            rss_before, shards_before = _memory(gateway)
            outcomes: Counter[str] = Counter()
            names = [f"crowd-{number}" for number in range(sessions)]
            begun = time.perf_counter()
            asking = [asyncio.create_task(_ask_for_codes(gateway, crowd, names, outcomes)) for _ in range(_ASKING)]
            await asyncio.sleep(1)
            codes: list[float] = []
            meanwhile: list[float] = []
            while not all(task.done() for task in asking):
                codes.append(await _first_code(gateway, await gateway.make_key("another"), "first"))
                meanwhile += await gateway.send_many("sender", _CONTACT, max(sends // 10, 10))
            await asyncio.gather(*asking)
            took = time.perf_counter() - begun
            rss_after, shards_after = _memory(gateway)
    p50_before, p50_meanwhile = statistics.median(before), statistics.median(meanwhile)
    print(f"{sessions} sessions of one key in {took:.1f} s: {dict(outcomes)}")
    print(f"memory {rss_before:.0f} -> {rss_after:.0f} MB, shards {shards_before} -> {shards_after}")
    middle = statistics.median(codes)
    print(f"another key's first code: {max(codes):.2f} s at most, {middle:.2f} s in the middle ({len(codes)} times)")
    print(
        f"sends of a third: p50 {p50_before:.1f} ms before, {p50_meanwhile:.1f} ms meanwhile "
        f"({p50_meanwhile / p50_before:.2f} times; {len(before)} and {len(meanwhile)} sends)"
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--sends", type=int, default=300, help="before; meanwhile as many as there is time for")
    given = parser.parse_args()
    asyncio.run(measure(given.sessions, given.sends))


if __name__ == "__main__":
    main()
