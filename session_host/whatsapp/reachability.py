"""Whether WhatsApp can be reached from this host, asked once for all sessions of a process.

Each attempt of the library leaks two file descriptors (the auth database, `docs/neonize.md`), and one that hangs
would keep other sessions from connecting. So nobody tries to connect before a plain TCP connection succeeded.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from shared.backoff import Backoff
from shared.ids import now_ms
from shared.proxy import Proxy

HOST, PORT = "web.whatsapp.com", 443
_PROBE_WITHIN = 3.0
_FRESH = 5.0
_FIRST, _LONGEST = 0.5, 2.0
"""Seconds between two probes. A session is to be back 5 s after the network is, and this is one TCP connection of the
whole process, which says nothing and asks WhatsApp for nothing."""
_OK = b"200"


class Reachability:
    """Probes while somebody waits, soon after the first failure, then 2 s apart. One per process and event loop."""

    def __init__(self, proxy: str | None) -> None:
        self._proxy = Proxy.parse(proxy) if proxy else None
        self._probe: asyncio.Task[None] | None = None
        self._failure: str | None = None
        self._backoff = Backoff(_FIRST, _LONGEST)
        self._reached_at = float("-inf")
        self._next_at = 0.0

    @property
    def remote_port(self) -> int:
        """The remote port of this process's connections to WhatsApp, or to the proxy."""
        return PORT if self._proxy is None else self._proxy.port

    def doubt(self) -> None:
        """A connection was lost: look before the next one is made."""
        self._reached_at = float("-inf")

    async def wait(self, on_failure: Callable[[str, int], None]) -> None:
        """Return once WhatsApp can be reached; until then tell what is wrong, and when it is tried again (ms).

        What is still wrong at a later try is not told again.
        """
        told: str | None = None
        while True:
            failure = await self._ask()
            if failure is None:
                return
            delay = max(self._next_at - time.monotonic(), 0.0)
            if failure != told:
                on_failure(failure, now_ms() + round(delay * 1000))
                told = failure
            await asyncio.sleep(delay)

    async def _ask(self) -> str | None:
        now = time.monotonic()
        if now - self._reached_at < _FRESH:
            return None
        if self._failure is not None and now < self._next_at:
            return self._failure
        if self._probe is None or self._probe.done():
            self._probe = asyncio.create_task(self._try(), name="reachability of WhatsApp")
        await asyncio.shield(self._probe)
        return self._failure

    async def _try(self) -> None:
        try:
            async with asyncio.timeout(_PROBE_WITHIN):
                await self._connect()
        except TimeoutError:
            failure = f"{self._where} did not answer within {_PROBE_WITHIN:.0f} s"
        except OSError as error:
            failure = f"{self._where}: {error.strerror or error}"
        else:
            self._failure, self._reached_at = None, time.monotonic()
            self._backoff.succeeded()
            return
        self._failure = failure
        self._next_at = time.monotonic() + self._backoff.after_failure()

    @property
    def _where(self) -> str:
        return f"{HOST}:{PORT}" if self._proxy is None else f"proxy {self._proxy}"

    async def _connect(self) -> None:
        host = HOST if self._proxy is None else self._proxy.host
        reader, writer = await asyncio.open_connection(host, self.remote_port)
        try:
            if self._proxy is not None and self._proxy.scheme == "http":
                await self._through(self._proxy, reader, writer)
        finally:
            writer.close()

    async def _through(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = f"CONNECT {HOST}:{PORT} HTTP/1.1\r\nHost: {HOST}:{PORT}\r\n{proxy.authorization}\r\n"
        writer.write(request.encode())
        status = (await reader.readline()).split(maxsplit=2)
        if len(status) < 2 or status[1] != _OK:  # noqa: PLR2004 - protocol, code, words
            words = b" ".join(status[1:]).decode(errors="replace").strip() or "it closed the connection"
            raise OSError(f"no way to {HOST}:{PORT}: {words}")
