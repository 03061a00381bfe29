"""A program in a process group of its own, with whatever it starts: killed, frozen and stopped as a whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from cli.launch.children import Family, family

_ENDED_WITHIN = 30.0


def with_code(code: Path) -> dict[str, str]:
    """What has Python import the code of a checkout, and compile it into `__pycache__` there."""
    return {"PYTHONPATH": str(code), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": ""}


class Program:
    """One program. Nothing of it outlives this process; `kill` it in the end, whatever happened."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """Prepare to run a command with exactly this environment; what it prints is added to the log."""
        self.log = log
        self._command = command
        self._environment = environment
        self._lives = AsyncExitStack()
        self._family: Family | None = None
        self._process: asyncio.subprocess.Process | None = None

    def runs(self, code: Path) -> None:
        """Have it, and what it starts, import the code of a checkout from its next start on."""
        self._environment = {**self._environment, **with_code(code)}

    @property
    def running(self) -> bool:
        """Whether its first process lives."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, for the first time or again."""
        await self.kill()
        nothing_locked = os.open(os.devnull, os.O_RDONLY)
        try:
            self._family = await self._lives.enter_async_context(family(nothing_locked))
        finally:
            os.close(nothing_locked)
        self._process = await self._family.start(self._command, self._environment, self.log)

    async def kill(self) -> None:
        """End all of it at once (SIGKILL), as when the power fails. May be repeated."""
        if self._family is not None:
            self._family.kill()
            self._family = None
        if self._process is not None:
            await self._process.wait()
        await self._lives.aclose()

    async def terminate(self) -> float:
        """Ask it to stop (SIGTERM), as a deployment does; the seconds it took. Killed after 30."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if self._process is not None and self.running:
            self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _ENDED_WITHIN)
        took = loop.time() - begun
        await self.kill()
        return took

    def freeze(self) -> None:
        """Stop every process of it (SIGSTOP), as when its machine is moved alive."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def said(self) -> str:
        """Its log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        if self._family is not None:
            os.killpg(self._family.group, number)
