"""Asks WhatsApp, for one session, who has a number.

Without doing harm to the session: few at a time, each number once, and not while WhatsApp refuses or is silent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from session_host.session.numbers import KnownNumbers
from session_host.session.pauses import SILENT_FOR, Pauses
from session_host.whatsapp.client import LOOKUPS_AT_ONCE, NumberCheck, WhatsAppClient
from session_host.whatsapp.own_questions import LookUpNumbers
from shared.contracts.commands.contacts import NumberReply
from shared.errors import RateLimited, TooManyRequests, WhatsAppSilent
from shared.ids import now_ms
from shared.jids import PHONE, Jid

_CALLERS_AT_ONCE = LOOKUPS_AT_ONCE // 2
"""Questions of callers that are under way; the rest is for the session's sends, which are one at a time."""
_CALLERS_WAITING = 200
MANY = 100
"""Numbers in one question."""


class Asked(Protocol):
    """What is needed of a session (`session_host.session.live_session.LiveSession`)."""

    async def check_number(self, number: str) -> NumberCheck:
        """Ask WhatsApp; raises NotSent and NotLookedUp."""
        ...

    async def acquainted(self, number: str) -> NumberCheck | None:
        """What is known without asking; raises NotSent."""
        ...

    def connected_client(self) -> WhatsAppClient:
        """The client that is connected; raises NotSent."""
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
        self._many = set[asyncio.Task[dict[str, NumberCheck]]]()

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

    async def check_all(self, numbers: Sequence[str], *, within: float, fresh: bool = False) -> dict[str, NumberCheck]:
        """Whether these numbers are on WhatsApp: those that nobody knows are asked some at a time, one after the other.

        Raises as `check` does; what was answered before that is remembered.
        """
        known = {} if fresh else {number: found for number in numbers if (found := self._known.get(number))}
        unknown = [number for number in dict.fromkeys(numbers) if number not in known]
        until = asyncio.get_running_loop().time() + within
        for first in range(0, len(unknown), MANY):
            await self._turn(until - asyncio.get_running_loop().time())
            asked = asyncio.create_task(self._ask_many(tuple(unknown[first : first + MANY])), name="number checks")
            self._many.add(asked)
            asked.add_done_callback(self._many_ended)
            known |= await self._pauses.answer(asked, "which of the numbers are there")
        return known

    def lids_of(self, jid: Jid) -> list[str]:
        """The LID of a person, as far as it is known here: in a list, empty when it is not."""
        known = self._known.get(jid.user) if jid.server == PHONE else None
        return [] if known is None or known.lid is None else [str(known.lid)]

    def forget(self, number: str) -> None:
        """Ask WhatsApp the next time: a send found that what it said is not so any more."""
        self._known.forget(number)

    async def close(self) -> None:
        """Stop asking; whoever waits is told that there is no connection. May be repeated."""
        questions: tuple[asyncio.Task[Any], ...] = (*self._under_way.values(), *self._many)
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

    async def _ask_many(self, numbers: tuple[str, ...]) -> dict[str, NumberCheck]:
        reply = await self._session.connected_client().ask(LookUpNumbers(numbers=numbers))
        self._pauses.answered()
        answers = {number: check_of(found) for number, found in zip(numbers, reply.numbers, strict=True)}
        for number, answer in answers.items():
            self._known.keep(number, answer)
        return answers

    def _many_ended(self, asked: asyncio.Task[dict[str, NumberCheck]]) -> None:
        self._many.discard(asked)
        self._turns.release()
        if not asked.cancelled():
            asked.exception()  # as below

    def _ended(self, number: str, question: asyncio.Task[NumberCheck]) -> None:
        del self._under_way[number]
        if not question.cancelled():
            question.exception()  # asked for, so that asyncio does not complain when nobody waits any more

    async def _answer(self, question: asyncio.Task[NumberCheck]) -> NumberCheck:
        return await self._pauses.answer(question, "whether the number is there")


def check_of(reply: NumberReply) -> NumberCheck:
    """What was answered about one number."""
    jid, lid = reply.jid and Jid.parse(reply.jid), reply.lid and Jid.parse(reply.lid)
    return NumberCheck(exists=reply.exists, jid=jid or None, lid=lid or None, at=reply.checked_at or now_ms())


def _too_many() -> TooManyRequests:
    return TooManyRequests(
        (
            "This session is checking too many numbers at once, so this one was not checked. Check fewer at once, "
            "and try again after 'Retry-After' seconds."
        ),
        retry_after=2.0,
    )
