"""Asks WhatsApp, for one session, what its callers want to know: few questions at a time, and none during a pause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from session_host.session.pauses import Pauses
from session_host.whatsapp.client import QUESTIONS_AT_ONCE, WhatsAppClient
from shared.contracts.commands.command import Question, R
from shared.errors import RateLimited, TooManyRequests, WagateError, WhatsAppSilent

_AT_ONCE_WAITING = 100


class Asked(Protocol):
    """What is needed of a session (`session_host.session.live_session.LiveSession`)."""

    def connected_client(self) -> WhatsAppClient:
        """The client that is connected; raises NotSent."""
        ...


class Questions:
    """The questions of one session. Made and used on one event loop; `close` ends it."""

    def __init__(self, session: Asked, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._session = session
        self._pauses = Pauses(clock)
        self._turns = asyncio.Semaphore(QUESTIONS_AT_ONCE)
        self._waiting = 0
        self._under_way: set[asyncio.Task[Any]] = set()

    async def ask(self, question: Question[R], *, within: float) -> R:
        """What WhatsApp answers, for a caller who waits that many seconds.

        Raises:
            NotSent: there is no connection.
            RateLimited: WhatsApp refuses to say at the moment.
            WhatsAppSilent: it does not answer.
            TooManyRequests: the callers before this one took all the time.
            WagateError: it refuses, for a reason that the question's call knows.
        """
        self._pauses.check()
        await self._turn(within)
        try:
            self._pauses.check()
        except (RateLimited, WhatsAppSilent):
            self._turns.release()
            raise
        asked = asyncio.create_task(self._ask(question), name=f"question {question.kind}")
        self._under_way.add(asked)
        asked.add_done_callback(self._ended)
        return await self._pauses.answer(asked, "what it was asked", changes=question.changes)

    async def close(self) -> None:
        """Stop asking; whoever waits is told that there is no connection. May be repeated."""
        under_way = tuple(self._under_way)
        for asked in under_way:
            asked.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _turn(self, within: float) -> None:
        """Wait for a turn. Questions that hang keep theirs until they end: threads hang with them."""
        if self._waiting >= _AT_ONCE_WAITING:
            raise _too_many()
        self._waiting += 1
        try:
            async with asyncio.timeout(within):
                await self._turns.acquire()
        except TimeoutError:
            raise _too_many() from None
        finally:
            self._waiting -= 1

    async def _ask(self, question: Question[R]) -> R:
        client = self._session.connected_client()
        try:
            answer = await client.ask(question)
        except WagateError:  # what WhatsApp answered
            self._pauses.answered()
            raise
        self._pauses.answered()
        return answer

    def _ended(self, asked: asyncio.Task[Any]) -> None:
        self._under_way.discard(asked)
        self._turns.release()
        if not asked.cancelled():
            asked.exception()  # asked for, so that asyncio does not complain when nobody waits any more


def _too_many() -> TooManyRequests:
    return TooManyRequests(
        (
            "This session has too many requests to WhatsApp under way, so this one was not made. Make fewer at "
            "once, and try again after 'Retry-After' seconds."
        ),
        retry_after=2.0,
    )
