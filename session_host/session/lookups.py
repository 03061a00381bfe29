"""Asks WhatsApp, for one session, who has a number.

Without doing harm to the session: few at a time, each number once, and not while WhatsApp refuses or is silent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from session_host.session.numbers import KnownNumbers
from session_host.session.pauses import SILENT_FOR, Pauses
from session_host.whatsapp.client import LOOKUPS_AT_ONCE, NumberCheck
from shared.errors import RateLimited, TooManyRequests, WhatsAppSilent
from shared.jids import PHONE, Jid

_CALLERS_AT_ONCE = LOOKUPS_AT_ONCE // 2
"""Questions of callers that are under way; the rest is for the session's sends, which are one at a time."""
_CALLERS_WAITING = 200


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
        self._pauses = Pauses(clock)
        self._turns = asyncio.Semaphore(_CALLERS_AT_ONCE)
        self._waiting = 0
        self._under_way: dict[str, asyncio.Task[NumberCheck]] = {}

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

    def lids_of(self, jid: Jid) -> list[str]:
        """The LID of a person, as far as it is known here: in a list, empty when it is not."""
        known = self._known.get(jid.user) if jid.server == PHONE else None
        return [] if known is None or known.lid is None else [str(known.lid)]

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
        self._pauses.check()
        if self._waiting >= _CALLERS_WAITING:
            raise _too_many()
        self._waiting += 1
        try:
            async with asyncio.timeout(within):
                await self._turns.acquire()
        except TimeoutError:
            self._pauses.check()
            raise _too_many() from None
        finally:
            self._waiting -= 1

    def _question(self, number: str) -> asyncio.Task[NumberCheck]:
        """The question about this number that is under way, or a new one."""
        question = self._under_way.get(number)
        if question is not None:
            return question
        self._pauses.check()
        if len(self._under_way) >= LOOKUPS_AT_ONCE:
            raise WhatsAppSilent(retry_after=SILENT_FOR)
        question = asyncio.create_task(self._ask(number), name="number check")
        self._under_way[number] = question
        question.add_done_callback(lambda done: self._ended(number, done))
        return question

    async def _ask(self, number: str) -> NumberCheck:
        answer = await self._session.check_number(number)
        self._pauses.answered()
        self._known.keep(number, answer)
        return answer

    def _ended(self, number: str, question: asyncio.Task[NumberCheck]) -> None:
        del self._under_way[number]
        if not question.cancelled():
            question.exception()  # asked for, so that asyncio does not complain when nobody waits any more

    async def _answer(self, question: asyncio.Task[NumberCheck]) -> NumberCheck:
        return await self._pauses.answer(question, "whether the number is there")


def _too_many() -> TooManyRequests:
    return TooManyRequests(
        "So many numbers of this session are being checked that the turn of this one did not come. "
        "Check fewer at once, and try again after 'Retry-After' seconds.",
        retry_after=2.0,
    )
