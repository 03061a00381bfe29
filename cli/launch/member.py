"""One process of the gateway: started, waited for, started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.launch.children import Family
from cli.launch.logs import tail
from cli.program.failure import Failure

_FIRST_DELAY, _LONGEST_DELAY = 0.2, 10.0
_WELL_AFTER = 30.0
"""Seconds after which a process counts as healthy, so that its next death is a first one."""
_LOOK_EVERY = 0.05
_SAY_AGAIN_AFTER = 15.0


@dataclass(slots=True)
class Member:
    """One process.

    Attributes:
        name: what people know it by.
        command: the program and its arguments.
        environment: the whole of it.
        log: where its output goes.
        missing: what keeps it from its work, None when it is ready.
        within: seconds it has for that: many, since a busy machine takes its time. What is missing is said meanwhile.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    missing: Callable[[], Awaitable[str | None]]
    within: float = 300.0
    _process: asyncio.subprocess.Process | None = field(default=None, init=False)
    _stopping: bool = field(default=False, init=False)

    async def start(self, family: Family, say: Callable[[str], None]) -> None:
        """Start it and wait until it is ready.

        Raises:
            Failure: it ended instead, or was not ready in time; with the end of its log.
        """
        began = said = time.monotonic()
        process = self._process = await family.start(self.command, self.environment, self.log)
        while (missing := await self.missing()) is not None:
            if process.returncode is not None:
                raise self._failed(f"ended with status {process.returncode}")
            now = time.monotonic()
            if now > began + self.within:
                raise self._failed(f"is not ready after {self.within:g} s ({missing})")
            if now > said + _SAY_AGAIN_AFTER:
                said = now
                say(f"  {self.name:<13} is not ready after {now - began:.0f} s: {missing}")
            await asyncio.sleep(_LOOK_EVERY)
        say(f"  {self.name:<13} ready after {time.monotonic() - began:.1f} s")

    async def ended(self) -> Failure:
        """What to say when it ends although it was not asked to; waits for that."""
        if self._process is None:
            raise RuntimeError("start it first")
        return self._failed(f"ended with status {await self._process.wait()}")

    async def keep(self, family: Family, say: Callable[[str], None]) -> None:
        """Start it again whenever it dies, until `stop`; waits longer each time when it keeps dying."""
        delay = _FIRST_DELAY
        began = time.monotonic()
        while self._process is not None:
            status = await self._process.wait()
            if self._stopping:
                return
            if time.monotonic() - began > _WELL_AFTER:
                delay = _FIRST_DELAY
            say(f"The {self.name} ended with status {status} (see {self.log}); starting it again in {delay:.1f} s.")
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY)
            began = time.monotonic()
            self._process = await family.start(self.command, self.environment, self.log)

    async def stop(self, within: float) -> None:
        """Ask it to end; kill it when it has not within this many seconds."""
        self._stopping = True
        if self._process is None or self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), within)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):  # it ended this moment
                self._process.kill()
            await self._process.wait()

    def _failed(self, what: str) -> Failure:
        return Failure(
            f"The {self.name} {what}. The end of {self.log}:\n{tail(self.log)}",
            remedy="'wagate doctor' looks for what is missing.",
            code="NOT_STARTED",
        )
