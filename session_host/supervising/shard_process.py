"""One shard as a child process: started, listened to, killed when it hangs, stopped.

It ends with its supervisor: its standard input is a pipe whose other end only the supervisor holds, and a shard whose
input ends stops itself, however the supervisor ended.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Sequence
from io import FileIO

import structlog

from session_host.link.beats import BEAT_EVERY, Beat
from session_host.link.metrics_line import Asking
from session_host.supervising.starting import Starting, processor_time
from shared.typed import override

_log = structlog.get_logger()

_KILL_AFTER = 1.0
"""Seconds after the shard's own limit for stopping."""


_LIBRARY_SETTINGS = {
    "NEONIZE_BOT_TAG": "off",  # or it marks every text as one of a bot
    # Go counts a thread that is inside SQLite as running until it has waited for it: with as many places as there are
    # cores, sends of other sessions wait too (2 cores, 20 sessions: about 470 sends/s with 2, 690 with 16).
    "GOMAXPROCS": "16",
}
"""What the Go library reads from the environment when it is loaded; the environment's own values come first."""


class _Beats(asyncio.Protocol):
    """Reads heartbeats from the pipe."""

    def __init__(self, on_beat: Callable[[Beat], None]) -> None:
        self._on_beat = on_beat
        self._rest = b""

    @override
    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if lines:
            self._on_beat(Beat.decode(lines[-1]))  # an older one says nothing any more


class ShardProcess:
    """One life of one shard."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        startup_timeout: float,
        heartbeat_timeout: float,
        metrics: bool = False,
        spare: bool = False,
    ) -> None:
        """Prepare to run this command, to which `--heartbeat FD` is added, and `--metrics FD` if they are wanted.

        Args:
            command: the program.
            startup_timeout: see `Starting`; seconds.
            heartbeat_timeout: seconds of silence after which it is killed.
            metrics: whether it is asked for its metrics.
            spare: whether it waits for its slot, in silence: until `hold`.
        """
        self._spare = spare
        self._watching: asyncio.Task[None] | None = None
        self._running: asyncio.Task[int] | None = None
        self._with_metrics = metrics
        self._asking: Asking | None = None
        self._command = command
        self._startup_timeout = startup_timeout
        self._heartbeat_timeout = heartbeat_timeout
        self._process: asyncio.subprocess.Process | None = None
        self._silence = 0.0
        self._unwanted = False
        self._started = asyncio.Event()
        self.last_beat: Beat | None = None
        self.retired = False
        """Whether it was asked to give its sessions away and end."""

    @property
    def pid(self) -> int | None:
        """Its process id, or None before it is started."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> asyncio.Task[int]:
        """What `begin` began; ends with the process' exit status."""
        if self._running is None:
            raise RuntimeError("begin it first")
        return self._running

    def begin(self) -> asyncio.Task[int]:
        """Start it, once; ends with its exit status. Cancelling kills it."""
        if self._running is None:
            self._running = asyncio.create_task(self.run())
        return self._running

    def hold(self, slot: int) -> None:
        """Have a spare that runs hold a slot: from now on it is a shard like any other."""
        if self._process is None or self._process.stdin is None or not self._spare:
            raise RuntimeError("only a spare that runs can be given a slot")
        self._spare = False
        self._process.stdin.write(b"%d\n" % slot)
        self._watching = asyncio.create_task(self._watch(self._process))

    async def kill(self) -> None:
        """End it at once."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def metrics(self) -> bytes | None:
        """What it measures now; None when it does not say so within 2 s."""
        return None if self._asking is None else await self._asking.page()

    async def run(self) -> int:
        """Start it and return its exit status when it has ended; cancelling kills it."""
        try:
            return await self._run_with_metrics() if self._with_metrics else await self._run([], [])
        finally:
            self._started.set()

    async def _run_with_metrics(self) -> int:
        here, there = socket.socketpair()
        self._asking = await Asking.over(here)
        try:
            with there:
                return await self._run(["--metrics", str(there.fileno())], [there])
        finally:
            self._asking.close()

    async def _run(self, more: Sequence[str], its_own: Sequence[socket.socket]) -> int:
        """Run it with more arguments; it alone keeps `its_own`."""
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb", 0) as beats:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    "--heartbeat",
                    str(writer),
                    *more,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.DEVNULL,  # the library prints QR codes, which log people in
                    env=_LIBRARY_SETTINGS | os.environ,
                    pass_fds=[writer, *(end.fileno() for end in its_own)],
                )
            finally:
                os.close(writer)
                for end in its_own:
                    end.close()
            if self._unwanted:
                self._process.terminate()
            try:
                return await self._run_until_it_ends(self._process, beats)
            finally:
                if self._process.returncode is None:
                    self._process.kill()
                    await self._process.wait()

    async def _run_until_it_ends(self, process: asyncio.subprocess.Process, beats: FileIO) -> int:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: _Beats(self._heard), beats)
        if not self._spare:
            self._watching = asyncio.create_task(self._watch(process))
        try:
            return await process.wait()
        finally:
            if self._watching is not None:
                self._watching.cancel()
            transport.close()

    async def retire(self, within: float, stop_within: float) -> None:
        """Have it give its sessions to other shards and end (SIGUSR1); stop it when it has not within this long."""
        self.retired = True
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGUSR1)
        try:
            await asyncio.wait_for(self._process.wait(), within)
        except TimeoutError:
            _log.warning("shard_not_retired", pid=self._process.pid)
            await self.stop(stop_within)

    async def stop(self, within: float) -> None:
        """Ask it to stop (SIGTERM), kill it when it has not within this many seconds; `run` returns then."""
        self._unwanted = True
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), within + _KILL_AFTER)
        except TimeoutError:
            _log.warning("shard_killed", pid=self._process.pid, why="it did not stop in time")
            self._process.kill()

    async def started(self) -> None:
        """Return when it has spoken for the first time, or has ended without."""
        await self._started.wait()

    def _heard(self, beat: Beat) -> None:
        self._silence = 0.0
        self.last_beat = beat
        self._started.set()

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Kill it when it has been silent too long.

        Silence is counted in turns of this loop, not read off a clock: when the whole process group was stopped and
        continued (Ctrl-Z, a laptop that slept), nobody has been heard for long and nobody hangs.
        """
        starting = Starting(self._startup_timeout)
        while True:
            await asyncio.sleep(BEAT_EVERY / 2)
            self._silence += BEAT_EVERY / 2
            if self.last_beat is None:
                why = starting.hangs(self._silence, processor_time(process.pid))
            else:
                why = "its loop does not turn" if self._silence >= self._heartbeat_timeout else None
            if why is not None:
                _log.error("shard_hangs", pid=process.pid, silent_for=self._silence, why=why)
                process.kill()
                return
