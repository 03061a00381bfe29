"""Bare neonize as a child process that takes orders: `benchmarks.bare` from outside."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.rounds import Run
from sandbox.environment import SandboxAddresses

_LINE_LIMIT = 1 << 26
_ANSWERS_WITHIN = 300


@dataclass(slots=True)
class Bare:
    """The child process that is neonize and nothing else."""

    process: asyncio.subprocess.Process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    async def run(self, sessions: int, sends: int, file: Path | None = None, to: str | None = None) -> Run:
        """All sessions at once, each sending so many messages, perhaps with a file, one by one.

        To `to`, an address; each to its own sink when there is none.
        """
        assert self.process.stdin is not None  # noqa: S101 - it was asked for
        order = {"sessions": sessions, "sends": sends, "file": None if file is None else str(file), "to": to}
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        return Run(**await self.answer())

    async def answer(self) -> dict[str, Any]:
        """The child's next line; raises RuntimeError when it died."""
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        line = await asyncio.wait_for(self.process.stdout.readline(), _ANSWERS_WITHIN)
        if not line:
            raise RuntimeError("bare neonize died; run again (its Go maps are not locked)")
        return dict(json.loads(line))


@asynccontextmanager
async def bare_neonize(addresses: SandboxAddresses, folder: Path, sessions: int) -> AsyncIterator[Bare]:
    """The child with so many connected numbers."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.trust", "benchmarks.bare"),
        *("--control", addresses.control, "--folder", str(folder), "--sessions", str(sessions)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        env=os.environ | addresses.shard_environment(),
    )
    try:
        bare = Bare(process)
        await bare.answer()
        yield bare
    finally:
        process.kill()
        await process.wait()
