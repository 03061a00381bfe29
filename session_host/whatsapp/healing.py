"""Sends whose acknowledgement stays away: the connection is reset, and in the end given up.

When WhatsApp takes a frame and does not acknowledge it, the library waits 75 s and every other send of the session
waits behind it. A reset of the socket makes the library connect again and write the identical frame once more (the
same id: WhatsApp drops a second one). That second wait of the library has no end of its own, so it gets one here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendDeadlines:
    """Seconds, each after the one before."""

    reset: float = 10.0
    """Without an acknowledgement the connection is reset: the frame is written again."""
    give_up: float = 10.0
    """Still without one: the client is ended, its calls return."""
    answer: float = 5.0
    """Even then the call hangs: the caller is answered without it."""

    @property
    def after_reset(self) -> float:
        """The longest a send can take after a reset."""
        return self.give_up + self.answer


async def heal(
    call: asyncio.Future[object],
    deadlines: SendDeadlines,
    reset: Callable[[], Awaitable[bool]],
    give_up: Callable[[], Awaitable[None]],
) -> None:
    """Reset the connection of a call that was not acknowledged in time, and end it when that does not help."""
    if await reset():
        await asyncio.wait({call}, timeout=deadlines.give_up)
    if not call.done():
        await give_up()
