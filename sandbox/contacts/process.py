"""The contacts' process as its parent sees it: started when first needed, and again whenever it dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from sandbox.contacts.channel import Channel, ChannelClosedError
from sandbox.contacts.errors import ContactsInterruptedError, ContactsTimeoutError
from sandbox.contacts.wire import MAILBOX

_STOPS_WITHIN: Final = 10.0  # seconds from closing its channel to killing it
_STEADY: Final = 5.0  # a process that lived this many seconds is started again at once
_LONGEST_PAUSE: Final = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Launch:
    """What the contacts' process is started with.

    `root_key` is the server's (32 bytes), `proxy` and `control` are URLs, `authority` is the file of the
    CA that signed the server's TLS certificate, `data` the folder of the contacts, `environment` what
    else it inherits.
    """

    root_key: bytes
    proxy: str
    authority: Path
    control: str
    data: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


class ContactsProcess:
    """Keeps one child alive and asks it things."""

    def __init__(self, launch: Launch) -> None:
        self.pid: int | None = None
        self._launch = launch
        self._keeper: asyncio.Task[None] | None = None
        self._channel: Channel | None = None
        self._up = asyncio.Event()
        self._stop = asyncio.Event()
        self._last_words = "it has not started yet"

    async def ask(self, request: dict[str, object], within: float, *, repeatable: bool) -> dict[str, object]:
        """Return the answer to a request of `wire`, over as many lives of the process as that takes.

        Args:
            request: without its call number.
            within: seconds.
            repeatable: whether it may be asked again when the process died before it answered.

        Raises:
            ContactsTimeoutError: no answer within the deadline.
            ContactsInterruptedError: the process died meanwhile, and the request isn't repeatable.
            ContactError: the process's own error.
        """
        self._start()
        try:
            async with asyncio.timeout(within):
                while True:
                    channel = await self._connected()
                    try:
                        return await channel.ask(request)
                    except ChannelClosedError:
                        if not repeatable:
                            raise ContactsInterruptedError(self._last_words) from None
                        await channel.ended.wait()  # or this would ask a broken channel for ever
        except TimeoutError:
            raise ContactsTimeoutError(
                f"no answer from the contacts within {within:.0f} s ({self._last_words})"
            ) from None

    def resume(self) -> None:
        """Start now, not with the first request, when there are contacts of an earlier run."""
        if (self._launch.data / MAILBOX).exists():
            self._start()

    async def close(self) -> None:
        """Let the process disconnect its contacts and end; it is killed when that takes longer than 10 s."""
        self._stop.set()
        if self._channel is not None:
            self._channel.close()
        if self._keeper is not None:
            await self._keeper

    def _start(self) -> None:
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep(), name="contacts process")

    async def _connected(self) -> Channel:
        while self._channel is None:
            await self._up.wait()
        return self._channel

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = 0.0
        while not self._stop.is_set():
            began = loop.time()
            code = await self._live()
            if self._stop.is_set():
                return
            pause = 0.0 if loop.time() - began > _STEADY else min(max(pause * 2, 0.1), _LONGEST_PAUSE)
            self._last_words = f"the contacts' process ended with {code}, see {self._log_file}"
            _log.warning("%s; next start in %.1f s", self._last_words, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def _live(self) -> int:
        ours, theirs = socket.socketpair()
        with theirs, self._open_log() as log:
            process = await asyncio.create_subprocess_exec(
                *self._command(theirs.fileno()),
                env=self._environment(),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # neonize prints pairing codes there
                stderr=log,
                start_new_session=True,  # a Ctrl+C in the terminal is the parent's to pass on
            )
        self._channel = await Channel.over(ours)
        self.pid = process.pid
        self._up.set()
        try:
            await self._channel.read()
        finally:
            self._up.clear()
            self._channel = None
            self.pid = None
        try:
            return await asyncio.wait_for(process.wait(), _STOPS_WITHIN)
        except TimeoutError:
            process.kill()
            return await process.wait()

    @property
    def _log_file(self) -> Path:
        return self._launch.data / "contacts.log"

    def _open_log(self) -> BinaryIO:
        self._launch.data.mkdir(parents=True, exist_ok=True)
        return self._log_file.open("ab")

    def _command(self, channel: int) -> list[str]:
        launch = self._launch
        ours = ["--channel", str(channel), "--data", str(launch.data), "--control", launch.control]
        return [sys.executable, "-m", "sandbox.trust", "sandbox.contacts", *ours]

    def _environment(self) -> dict[str, str]:
        return {
            **self._launch.environment,
            "SANDBOX_ROOT_KEY": self._launch.root_key.hex(),
            "WHATSAPP_PROXY": self._launch.proxy,
            "SSL_CERT_FILE": str(self._launch.authority),
        }
