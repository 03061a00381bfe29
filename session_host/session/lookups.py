"""Asks WhatsApp, for one session, who has a number.

Without doing harm to the session: few at a time, each number once, and not while WhatsApp refuses or is silent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from session_host.session.numbers import KnownNumbers
from session_host.whatsapp.client import LOOKUPS_AT_ONCE, NotLookedUp, NotSent, NumberCheck
from shared.errors import RateLimited, TooManyRequests, WhatsAppSilent
from shared.refusals import RATE_OVERLIMIT

ANSWER_WITHIN = 5.0
"""Seconds that anybody waits for WhatsApp's answer. The question goes on, and its answer is remembered."""
_CALLERS_AT_ONCE = LOOKUPS_AT_ONCE // 2
"""Questions of callers that are under way; the rest is for the session's sends, which are one at a time."""
_CALLERS_WAITING = 200
_REFUSED_FOR, _SILENT_FOR, _LONGEST = 60.0, 10.0, 960.0
"""Seconds in which nothing is asked after a refusal or silence; doubled each time, until WhatsApp answers again."""


class Asked(Protocol):
    """What is needed of a session (`session_host.session.live_session.LiveSession`)."""

    async def check_number(self, number: str) -> NumberCheck:
        """Ask WhatsApp; raises NotSent and NotLookedUp."""
        ...

    async def acquainted(self, number: str) -> NumberCheck | None:
        """What is known without asking; raises NotSent."""
        ...


class Lookups:
    """The number checks of one session. Made and used on one event loop; `close` ends it."""

    def __init__(self, known: KnownNumbers, session: Asked, clock: Callable[[], float] = time.monotonic) -> None:
        """`known` is the shard's memory; `clock` counts seconds."""
        self._known = known
        self._session = session
        self._clock = clock
        self._turns = asyncio.Semaphore(_CALLERS_AT_ONCE)
        self._waiting = 0
        self._under_way: dict[str, asyncio.Task[NumberCheck]] = {}
        self._paused_until = 0.0
        self._pauses = 0
        self._refused = False

    async def check(self, number: str, *, within: float, fresh: bool = False) -> NumberCheck:
        """Whether a number is on WhatsApp, for a caller who wants to know.

        Args:
            number: its digits.
            within: seconds the caller waits.
            fresh: ask WhatsApp although an answer is remembered.

        Raises:
            NotSent: there is no connection.
            RateLimited: WhatsApp refuses to say at the moment.
            WhatsAppSilent: it does not answer.
            TooManyRequests: the callers before this one took all the time.
        """
        if not fresh and (known := self._known.get(number)) is not None:
            return known
        if number in self._under_way:
            return await self._answer(self._under_way[number])
        await self._turn(within)
        try:
            question = self._question(number)
        except (RateLimited, WhatsAppSilent):
            self._turns.release()
            raise
        question.add_done_callback(lambda _: self._turns.release())
        return await self._answer(question)

    async def of_recipient(self, number: str) -> NumberCheck:
        """Whether a number is on WhatsApp, for a message that is about to be sent: never waits for callers.

        Whom the session has met already can be written to although WhatsApp does not say now whether he is still there.

        Raises:
            NotSent: there is no connection.
            RateLimited: WhatsApp refuses to say at the moment.
            WhatsAppSilent: it does not answer.
        """
        known = self._known.get(number)
        if known is not None:
            return known
        try:
            return await self._answer(self._question(number))
        except (RateLimited, WhatsAppSilent):
            met = await self._session.acquainted(number)
            if met is None:
                raise
            return met

    def forget(self, number: str) -> None:
        """Ask WhatsApp the next time: a send found that what it said is not so any more."""
        self._known.forget(number)

    async def close(self) -> None:
        """Stop asking; whoever waits is told that there is no connection. May be repeated."""
        questions = tuple(self._under_way.values())
        for question in questions:
            question.cancel()
        await asyncio.gather(*questions, return_exceptions=True)

    async def _turn(self, within: float) -> None:
        """Wait for a caller's turn. Questions that hang keep theirs until they end: threads hang with them."""
        self._refuse_while_paused()
        if self._waiting >= _CALLERS_WAITING:
            raise _too_many()
        self._waiting += 1
        try:
            async with asyncio.timeout(within):
                await self._turns.acquire()
        except TimeoutError:
            self._refuse_while_paused()
            raise _too_many() from None
        finally:
            self._waiting -= 1

    def _question(self, number: str) -> asyncio.Task[NumberCheck]:
        """The question about this number that is under way, or a new one."""
        question = self._under_way.get(number)
        if question is not None:
            return question
        self._refuse_while_paused()
        if len(self._under_way) >= LOOKUPS_AT_ONCE:
            raise WhatsAppSilent(retry_after=_SILENT_FOR)
        question = asyncio.create_task(self._ask(number), name="number check")
        self._under_way[number] = question
        question.add_done_callback(lambda done: self._ended(number, done))
        return question

    def _refuse_while_paused(self) -> None:
        pause = self._paused_until - self._clock()
        if pause > 0:
            raise RateLimited(retry_after=pause) if self._refused else WhatsAppSilent(retry_after=pause)

    async def _ask(self, number: str) -> NumberCheck:
        answer = await self._session.check_number(number)
        self._pauses = 0
        self._known.keep(number, answer)
        return answer

    def _ended(self, number: str, question: asyncio.Task[NumberCheck]) -> None:
        del self._under_way[number]
        if not question.cancelled():
            question.exception()  # asked for, so that asyncio does not complain when nobody waits any more

    async def _answer(self, question: asyncio.Task[NumberCheck]) -> NumberCheck:
        await asyncio.wait({question}, timeout=ANSWER_WITHIN)
        if not question.done():
            raise WhatsAppSilent(retry_after=self._pause(_SILENT_FOR, refused=False))
        if question.cancelled():
            raise NotSent("The session is being stopped.")
        try:
            return question.result()
        except NotLookedUp as error:
            if error.code == RATE_OVERLIMIT:
                raise RateLimited(retry_after=self._pause(_REFUSED_FOR, refused=True), waCode=error.code) from error
            raise WhatsAppSilent(
                f"WhatsApp did not say whether the number is there ({error}). {WhatsAppSilent.remedy}",
                retry_after=self._pause(_SILENT_FOR, refused=False),
            ) from error

    def _pause(self, first: float, *, refused: bool) -> float:
        """Ask nothing for a while; the seconds. One pause for all that were under way together."""
        left = self._paused_until - self._clock()
        if left > 0 and self._refused >= refused:
            return left
        self._refused = refused
        pause = min(first * 2**self._pauses, _LONGEST)
        self._pauses += 1
        self._paused_until = self._clock() + pause
        return pause


def _too_many() -> TooManyRequests:
    return TooManyRequests(
        "So many numbers of this session are being checked that the turn of this one did not come. "
        "Check fewer at once, and try again after 'Retry-After' seconds.",
        retry_after=2.0,
    )
