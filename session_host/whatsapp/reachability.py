"""Whether WhatsApp can be reached from this host, asked once for all sessions of a process that go the same way.

Each attempt of the library leaks two file descriptors (the auth database, `docs/neonize.md`), and one that hangs
would keep other sessions from connecting. So nobody tries to connect before a plain TCP connection succeeded.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from weakref import WeakValueDictionary

from session_host.whatsapp.client_options import ClientOptions
from session_host.whatsapp.ways import Direct, ThroughOwnProxy, ThroughProxy, Way
from shared.backoff import Backoff
from shared.ids import now_ms
from shared.outside.addresses import Allowed

_FRESH = 5.0
_FIRST, _LONGEST = 0.5, 2.0
"""Seconds between two probes. A session is to be back 5 s after the network is, and this is one TCP connection of the
whole process, which says nothing and asks WhatsApp for nothing."""


class Reachability:
    """Of one way: probes while somebody waits, soon after the first failure, then 2 s apart."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self._probe: asyncio.Task[None] | None = None
        self._failure: str | None = None
        self._backoff = Backoff(_FIRST, _LONGEST)
        self._reached_at = float("-inf")
        self._next_at = 0.0

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
            async with asyncio.timeout(self.way.within):
                await self.way.try_out()
        except TimeoutError:
            failure = f"{self.way} did not answer within {self.way.within:.0f} s"
        except OSError as error:
            failure = f"{self.way}: {error.strerror or error}"
        else:
            self._failure, self._reached_at = None, time.monotonic()
            self._backoff.succeeded()
            return
        self._failure = failure
        self._next_at = time.monotonic() + self._backoff.after_failure()


class Reachabilities:
    """One for each way that clients of this process take. One per process and event loop."""

    def __init__(self, allowed: Allowed) -> None:
        """`allowed`: where proxies of keys may be although that is not the world's."""
        self._allowed = allowed
        self._by: WeakValueDictionary[tuple[str | None, bool], Reachability] = WeakValueDictionary()

    def of(self, options: ClientOptions) -> Reachability:
        """That of the way that a client takes; kept while some client has it."""
        place = (options.proxy or None, options.own_proxy)
        found = self._by.get(place)
        if found is None:
            found = self._by[place] = Reachability(self._way(options))
        return found

    def _way(self, options: ClientOptions) -> Way:
        if not options.proxy:
            return Direct()
        return ThroughOwnProxy(options.proxy, self._allowed) if options.own_proxy else ThroughProxy(options.proxy)
