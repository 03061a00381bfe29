"""One process that makes files ready: started when there is something to do, ended when it hangs or is idle.

It reads files of strangers with code that was not written for that, and takes memory and processor time that sends
wait for: so none of it happens in a shard's own process (docs/adr/0038).
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress

import structlog

from session_host.media.limits import Limits
from session_host.media.orders import Answer, Order, Prepared
from shared.errors import MediaTooHeavy

_log = structlog.get_logger()

_TRIES = 3
"""A process that is killed from outside costs a file nothing; one that ends again and again is ended by the file."""
_LONGEST_ANSWER = 1 << 20
PROGRAM = (sys.executable, "-m", "session_host.media.work")


class _Died(Exception):  # noqa: N818 - it says what is
    """The process ended without an answer."""


class Converter:
    """A process, or none. Asked one thing at a time."""

    def __init__(self, limits: Limits, program: Sequence[str] = PROGRAM) -> None:
        """`program` is given the limits as arguments."""
        self._limits = limits
        self._program = program
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The id of its process, None when there is none."""
        return self._process.pid if self._process else None

    async def prepare(self, order: Order) -> Prepared:
        """Make a file ready.

        Raises:
            MediaUnreadable: it is not what it is to be sent as.
            PictureTooLarge: see there.
            MediaTooHeavy: it needs more memory or time than one file may.
        """
        self._stay()
        for _ in range(_TRIES):
            try:
                answer = await self._ask(order)
            except _Died:
                continue
            break
        else:
            _log.warning("converter_died", kind=order.kind, tries=_TRIES)
            raise MediaTooHeavy
        if answer.last:
            await self.end()
        self._rest()
        if answer.prepared is None:
            _log.info("media_refused", kind=order.kind, error=answer.error and answer.error.code, why=answer.inside)
            raise answer.error or MediaTooHeavy()
        return answer.prepared

    async def end(self) -> None:
        """End the process. May be repeated."""
        self._stay()
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, order: Order) -> Answer:
        """What the process answers; it is ended when it does not, or when nobody waits for that any more."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                process = await self._running()
                line = await _exchange(process, order.encode())
        except TimeoutError:
            _log.warning("converter_hangs", kind=order.kind, seconds=self._limits.seconds)
            await self.end()
            return Answer(error=MediaTooHeavy(), inside="it took too long")
        except BaseException:
            await asyncio.shield(self.end())
            raise
        return Answer.decode(line)

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            limits = self._limits
            self._process = await asyncio.create_subprocess_exec(
                *self._program,
                str(limits.memory),
                str(limits.file_size),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # what libraries print of files, which are people's
                limit=_LONGEST_ANSWER,
                env=os.environ | {"MALLOC_ARENA_MAX": "2"},  # an arena a thread, 64 MB each, counts as memory
            )
        return self._process

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _rest(self) -> None:
        """End the process when nothing is asked of it for a while."""
        self._stay()
        self._idle = asyncio.get_running_loop().call_later(self._limits.idle, self._leave)

    def _leave(self) -> None:
        """It reads that nothing more will come."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()


async def _exchange(process: Process, line: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise _Died
    try:
        process.stdin.write(line)
        await process.stdin.drain()
        answer = await process.stdout.readline()
    except ConnectionError as error:
        raise _Died from error
    if not answer.endswith(b"\n"):
        raise _Died
    return answer
