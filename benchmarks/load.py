"""Sends as fast as the gateway takes them, from a compiled program, so that the cores are left to the gateway."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from pathlib import Path

from benchmarks.gateway import Gateway
from benchmarks.rounds import Run

_SCRIPT = Path(__file__).with_name("load.lua")


def require() -> None:
    """Raise FileNotFoundError with words when the load generator is not installed."""
    if shutil.which("wrk") is None:
        raise FileNotFoundError("wrk makes the load and is not installed: apt-get install wrk")


async def load(gateway: Gateway, pairs: list[tuple[str, str]], seconds: float) -> Run:
    """For so many seconds, every session at once sends one message after the other to its own sink.

    Raises:
        RuntimeError: a send was not answered 200; says what it was answered.
    """
    require()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as bodies:
        for session, number in pairs:
            bodies.write(json.dumps({"sessionId": session, "number": number, "message": "a message"}) + "\n")
        bodies.flush()
        process = await asyncio.create_subprocess_exec(
            *("wrk", "--threads", str(len(pairs)), "--connections", str(len(pairs)), "--timeout", "30s"),
            *("--duration", f"{seconds:g}s", "--script", str(_SCRIPT)),
            *(gateway.url, "--", bodies.name, gateway.key),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, told = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"wrk failed: {out.decode()} {told.decode()}")
    answer = json.loads(told)
    if answer["refused"] or answer["broken"]:
        raise RuntimeError(f"{answer['refused']} sends were refused, {answer['broken']} broken: {answer['first']}")
    return Run(answer["seconds"], answer["sends"], answer["p50_ms"], answer["p95_ms"])
