"""The child processes of a gateway: none of them outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_GUARDIAN = Path(__file__).with_name("guardian.py")


@dataclass(frozen=True, slots=True)
class Family:
    """The process group of the children, and the pipe by which their guardian knows them."""

    group: int
    alive: int

    async def start(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> asyncio.subprocess.Process:
        """Start a child with exactly this environment; what it prints is added to the log."""
        with log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *command,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=self.group,
                pass_fds=[self.alive],
            )

    def kill(self) -> None:
        """End every child and grandchild at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)


@contextlib.asynccontextmanager
async def family(lock: int) -> AsyncGenerator[Family]:
    """A family whose members end with this process, or with this context.

    Args:
        lock: a descriptor that the guardian holds as long as any child may run.
    """
    alive_read, alive_write = os.pipe()
    guardian = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-I", "-S", str(_GUARDIAN), str(alive_read)],
        stdin=subprocess.PIPE,
        process_group=0,
        pass_fds=[alive_read, lock],
    )
    os.close(alive_read)
    if guardian.stdin is None:
        raise RuntimeError("a pipe was asked for")
    try:
        yield Family(guardian.pid, alive_write)
    finally:
        os.close(alive_write)
        guardian.stdin.close()
        await asyncio.to_thread(guardian.wait)
