"""The client that a session has at the moment: at most one, and what an earlier one still says is not listened to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from session_host.session.attempts import Attempts
from session_host.session.work_queue import Work, WorkQueue
from session_host.whatsapp.client import OnSignal, Signal, WhatsAppClient


class SessionClient:
    """Makes clients, opens and drops them. Used by the work of its session's queue only.

    Args:
        make: a client that tells its signals to the callable.
        work: the session's queue, in which signals are handled.
        handle: handles a signal of the client that is there.
        attempts: when to try again.
    """

    def __init__(
        self,
        make: Callable[[OnSignal], WhatsAppClient],
        work: WorkQueue,
        handle: Callable[[Signal], Awaitable[None]],
        attempts: Attempts,
    ) -> None:
        self._make = make
        self._work = work
        self._handle = handle
        self._attempts = attempts
        self._generation = 0
        self.now: WhatsAppClient | None = None

    def new(self) -> WhatsAppClient:
        """A client that is not opened yet; earlier ones are not listened to any more."""
        self._generation += 1
        generation = self._generation

        async def handle(signal: Signal) -> None:
            if generation == self._generation:
                await self._handle(signal)

        return self._make(lambda signal: self._work.put(lambda: handle(signal)))

    async def open(self, client: WhatsAppClient) -> None:
        """Have this client from now on, and have it connect."""
        self._attempts.cancel()
        self.now = client
        await client.open()

    async def drop(self) -> None:
        """Disconnect; nothing is planned any more."""
        self._attempts.cancel()
        self._generation += 1
        client, self.now = self.now, None
        if client is not None:
            await client.close()

    def later(self, seconds: float, do: Work) -> None:
        """Have something done in the session's queue after some seconds, unless something else happens before."""
        generation = self._generation

        async def unless_overtaken() -> None:
            if self._generation == generation:
                await do()

        self._attempts.plan(seconds, lambda: self._work.put(unless_overtaken))
