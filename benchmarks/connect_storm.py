"""Sessions of one process connect while tasks call methods of those that are connected: does the library abort?

`python -m benchmarks.connect_storm --runs 30`: starts a sandbox, pairs the sessions once, then starts a process that
resumes all of them, as many times as asked. Prints each run as a line of JSON and a summary.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from sandbox.environment import SandboxAddresses

ROOT = Path(__file__).parent.parent
CALLERS = 4
FIRST_NUMBER = 628_200_000_001


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--shard", type=Path, help="be the process with the sessions, of this folder")
    parser.add_argument("--pair", action="store_true", help="with --shard: pair them instead")
    options = parser.parse_args()
    if options.shard is None:
        measure(options.runs, options.sessions)
    else:
        asyncio.run(shard(options.shard, options.sessions, pair=options.pair))


def measure(runs: int, sessions: int) -> None:
    """Pair the sessions, resume them in `runs` processes, and print what happened."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--control-port", "0"], cwd=ROOT, stdout=subprocess.PIPE
        )
        try:
            assert server.stdout is not None  # noqa: S101 - asked for above
            addresses = SandboxAddresses.parse(server.stdout.readline())
            run_shard(addresses, folder, sessions, "--pair").check_returncode()
            results = [one_run(addresses, folder, sessions) for _ in range(runs)]
        finally:
            server.terminate()
            server.wait()
    whole = [result for result in results if result["exit"] == 0]
    print(
        json.dumps(
            {
                "runs": runs,
                "sessions": sessions,
                "aborts": runs - len(whole),
                "median_seconds": statistics.median(result["seconds"] for result in whole) if whole else None,
                "calls": sum(result["calls"] for result in whole),
            }
        )
    )


def one_run(addresses: SandboxAddresses, folder: Path, sessions: int) -> dict[str, Any]:
    """Resume all sessions in a new process; what it measured, and its exit code."""
    done = run_shard(addresses, folder, sessions)
    result: dict[str, Any] = {"exit": done.returncode}
    if done.returncode == 0:
        result |= json.loads(done.stdout.splitlines()[-1])
    else:
        result["last_words"] = done.stderr[-2000:]
    print(json.dumps(result), flush=True)
    return result


def run_shard(addresses: SandboxAddresses, folder: Path, sessions: int, *more: str) -> subprocess.CompletedProcess[str]:
    """Run this module as the process with the sessions, until it ends."""
    return subprocess.run(
        [
            sys.executable, "-m", "sandbox.trust", "benchmarks.connect_storm",
            "--shard", str(folder), "--sessions", str(sessions), *more,
        ],
        cwd=ROOT,
        env={**os.environ, **addresses.shard_environment(), "CONTROL": addresses.control},
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
    )  # fmt: skip


async def shard(folder: Path, count: int, *, pair: bool) -> None:
    """Be the process with the sessions."""
    from session_host.session.live_session import LiveSession  # noqa: PLC0415 - loads the library, not in the measuring process
    from session_host.whatsapp.client_options import ClientOptions  # noqa: PLC0415
    from session_host.whatsapp.clients import NeonizeClients  # noqa: PLC0415

    clients = NeonizeClients(max_sessions=count, options=ClientOptions(os.environ["WHATSAPP_PROXY"]))
    sessions = [
        LiveSession(f"s{place}", folder / f"s{place}", clients, lambda _: None, lambda _: None)
        for place in range(count)
    ]
    if pair:
        await pair_all(sessions)
    else:
        begin = time.perf_counter()
        connected = asyncio.Event()
        callers = [asyncio.create_task(call(sessions, first, connected)) for first in range(CALLERS)]
        async with asyncio.timeout(120):
            await asyncio.gather(*(session.start(login=False) for session in sessions))
            await asyncio.gather(*(session.wait_connected(120) for session in sessions))
        seconds = time.perf_counter() - begin
        connected.set()
        calls = sum(await asyncio.gather(*callers))
        assert all(session.connected for session in sessions)  # noqa: S101 - the benchmark's own claim
        print(json.dumps({"seconds": round(seconds, 3), "calls": calls}), flush=True)
    await asyncio.gather(*(session.close() for session in sessions))


async def pair_all(sessions: list[Any]) -> None:
    """Log every session in with a phone of its own."""
    from session_host.session.login import login  # noqa: PLC0415 - as above

    async with httpx.AsyncClient(base_url=os.environ["CONTROL"], timeout=60) as control:
        for place, session in enumerate(sessions):
            number = str(FIRST_NUMBER + place)
            (await control.post("/phones", json={"number": number})).raise_for_status()
            answer = await login(session, 30)
            (await control.post(f"/phones/{number}/scan", json={"qr": answer.qr})).raise_for_status()
            if not await session.wait_connected(30):
                raise RuntimeError(f"{session.uid} did not connect: {session.report}")


async def call(sessions: list[Any], first: int, connected: asyncio.Event) -> int:
    """Call a method of one connected session after the other until all are connected; how many calls."""
    calls = 0
    place = first
    while not connected.is_set():
        session = sessions[place % len(sessions)]
        place += CALLERS
        if session.connected:
            await session.check_number(str(FIRST_NUMBER))
            calls += 1
        else:
            await asyncio.sleep(0.001)
    return calls


if __name__ == "__main__":
    main()
