"""When WhatsApp may be asked again: not while it refuses or is silent, longer each time until it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from session_host.whatsapp.client import NotLookedUp, NotSent
from shared.errors import RateLimited, WhatsAppSilent
from shared.refusals import RATE_OVERLIMIT

T = TypeVar("T")

ANSWER_WITHIN = 5.0
"""Seconds that anybody waits for WhatsApp's answer. The question goes on."""
SILENT_FOR = 10.0
_REFUSED_FOR, _LONGEST = 60.0, 960.0
"""Seconds in which nothing is asked after silence or a refusal; doubled each time."""


class Pauses:
    """Those of one session and one sort of questions."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._until = 0.0
        self._count = 0
        self._refused = False

    def check(self) -> None:
        """Raise RateLimited or WhatsAppSilent while nothing may be asked."""
        left = self._until - self._clock()
        if left > 0:
            raise RateLimited(retry_after=left) if self._refused else WhatsAppSilent(retry_after=left)

    async def answer(self, question: asyncio.Task[T], what: str, *, changes: bool = False) -> T:
        """What WhatsApp says within the time that anybody waits; `what` is what it was asked, in words.

        Where it `changes` something and no answer comes, the error says that nobody knows whether it has.

        Raises:
            NotSent: there is no connection.
            RateLimited: it refuses to say at the moment.
            WhatsAppSilent: it does not answer.
        """
        await asyncio.wait({question}, timeout=ANSWER_WITHIN)
        if not question.done():
            retry_after = self._pause(SILENT_FOR, refused=False)
            raise _unknown(retry_after) if changes else WhatsAppSilent(retry_after=retry_after)
        if question.cancelled():
            raise _unknown() if changes else NotSent("The session is being stopped.")
        try:
            answer = question.result()
        except NotLookedUp as error:
            if error.code == RATE_OVERLIMIT:
                raise RateLimited(retry_after=self._pause(_REFUSED_FOR, refused=True), waCode=error.code) from error
            retry_after = self._pause(SILENT_FOR, refused=False)
            if changes:
                raise _unknown(retry_after) from error
            words = f"WhatsApp did not say {what} ({error}). {WhatsAppSilent.remedy}"
            raise WhatsAppSilent(words, retry_after=retry_after) from error
        return answer

    def answered(self) -> None:
        """WhatsApp answered: the next pause is a short one."""
        self._count = 0

    def _pause(self, first: float, *, refused: bool) -> float:
        """Ask nothing for a while; the seconds. One pause for all that were under way together."""
        left = self._until - self._clock()
        if left > 0 and self._refused >= refused:
            return left
        self._refused = refused
        pause = min(first * 2**self._count, _LONGEST)
        self._count += 1
        self._until = self._clock() + pause
        return pause


def _unknown(retry_after: float | None = None) -> WhatsAppSilent:
    return WhatsAppSilent(
        "WhatsApp was asked to do it, but did not answer: it may have been done. Check before you ask again.",
        retry_after=retry_after,
        mayBeDone=True,
    )
