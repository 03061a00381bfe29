"""How long a session is green and dead: `python -m benchmarks.dead_connections [--sessions 10] [--probe-after 20]`.

Two rounds against the sandbox, in which every session is struck at once: WhatsApp answers nothing any more
(`stop_answering`), and WhatsApp answers, but brings nothing that comes by itself (`drop_inbound`, found by the setting
`probeAfter` alone). Each session counts as one try; seconds from the fault until its connection was given up, and until
the next one stood.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.gateway import Gateway, running

_NUMBER = 628_160_000_001
_WITHIN = 120.0
_PAUSE = 0.1


async def _socket(gateway: Gateway, session: str) -> dict[str, Any]:
    return (await gateway.call("GET", f"/api/sessions/{session}/health"))["health"]["socket"]


async def _healed(gateway: Gateway, session: str, struck: float) -> tuple[float, float]:
    """Seconds from the fault until the connection was given up, and until the next one stood."""
    before, found = (await _socket(gateway, session))["since"], None
    async with asyncio.timeout(_WITHIN):
        while True:
            socket = await _socket(gateway, session)
            if socket["since"] > before:
                found = found or time.time() - struck
                if socket["state"] == "open":
                    return found, time.time() - struck
            await asyncio.sleep(_PAUSE)


async def _round(gateway: Gateway, kind: str, sessions: dict[str, str]) -> None:
    struck = time.time()
    for number in sessions.values():
        async with gateway.http.post(f"{gateway.control}/faults", json={"kind": kind, "target": number}) as answer:
            answer.raise_for_status()
    tries = await asyncio.gather(*(_healed(gateway, session, struck) for session in sessions))
    found, healed = zip(*tries, strict=True)
    print(
        f"{kind}: {len(tries)} tries; found after {statistics.median(found):.1f} s (longest {max(found):.1f}), "
        f"healed after {statistics.median(healed):.1f} s (longest {max(healed):.1f})"
    )


async def measure(count: int, probe_after: int) -> None:
    """Run both rounds and print what they took."""
    sessions = {f"s{place}": str(_NUMBER + place) for place in range(count)}
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder) / "data") as gateway:
            for session, number in sessions.items():
                await gateway.log_in(session, number)
                settings = {"probeAfter": probe_after}
                await gateway.call("PATCH", f"/api/sessions/{session}/settings", json=settings)
            for kind in ("stop_answering", "drop_inbound"):
                await _round(gateway, kind, sessions)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--probe-after", type=int, default=20)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.sessions, arguments.probe_after))


if __name__ == "__main__":
    main()
