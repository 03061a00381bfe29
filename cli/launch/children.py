"""The child processes of a gateway: none of them outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_GUARDIAN, _BOUND = (str(Path(__file__).with_name(name)) for name in ("guardian.sh", "bound.py"))
_SHELL = "/bin/sh"
STOP_WITHIN = 5
"""Seconds that children whose gateway is gone have between SIGTERM and SIGKILL."""
_A_GROUP_OF_ITS_OWN = 0
_PAUSE = 0.1


@dataclass(slots=True)
class Family:
    """The process group of the children, and what they inherit.

    Attributes:
        group: the group's id.
        alive: the end of a pipe by which their guardian knows whether any of them is there.
        lock: a descriptor that they hold as long as any of them runs.
        ended: whether all of them have been killed.
    """

    group: int
    alive: int
    lock: int
    ended: bool = False

    async def start(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> asyncio.subprocess.Process:
        """Start a child with exactly this environment; what it prints is added to the log."""
        with log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", _BOUND, str(os.getpid())),
                *command,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=self.group,
                pass_fds=[self.alive, self.lock],
            )

    def kill(self) -> None:
        """End every child and grandchild at once, and their guardian."""
        self.ended = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)


class _Guardian:
    """The process that ends a family whose gateway is gone (`guardian.sh`)."""

    def __init__(self, alive: int, lock: int) -> None:
        self._inherits = [alive, lock]
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, group: int) -> int:
        """Start it in this group; its process id. Raises PermissionError when the group has no members any more."""
        self._process = await asyncio.create_subprocess_exec(
            *(_SHELL, _GUARDIAN, str(self._inherits[0]), str(STOP_WITHIN)),
            stdin=asyncio.subprocess.PIPE,
            process_group=group,
            pass_fds=self._inherits,
        )
        return self._process.pid

    async def keep(self, family: Family) -> None:
        """Start another one whenever it is killed, until cancelled."""
        while self._process is not None:
            await self._process.wait()
            if family.ended:
                return
            await asyncio.sleep(_PAUSE)
            try:
                await self.start(family.group)
            except PermissionError:
                family.group = await self.start(_A_GROUP_OF_ITS_OWN)

    async def end(self) -> None:
        """Let it go, and what is left of its family with it."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()


@contextlib.asynccontextmanager
async def family(lock: int) -> AsyncGenerator[Family]:
    """A family whose members end with this process, or with this context.

    Args:
        lock: a descriptor that is held, by guardian and children, as long as any child may run.
    """
    alive_read, alive_write = os.pipe()
    guardian = _Guardian(alive_read, lock)
    made = Family(await guardian.start(_A_GROUP_OF_ITS_OWN), alive_write, lock)
    keeping = asyncio.create_task(guardian.keep(made))
    try:
        yield made
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        os.close(alive_write)
        os.close(alive_read)
        await guardian.end()
