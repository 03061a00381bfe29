"""A contact answers one retry request at a time, and none while it sends.

whatsmeow answers every retry request on a goroutine of its own, beside the messages it sends, and takes no lock on
the Signal session it encrypts with (`tryHandleRetryReceipt`, `encryptMessageForDevice`). Two that meet use one counter
twice, and the receiver drops the second one as "old counter", with a receipt and without an event. Seen when a device
asked for 205 messages again: one was lost so. A contact is an instrument and may not lose what it carries, so its
server hands it one request after the other. Whoever is no contact gets them as they come, as from WhatsApp.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

_ANSWERED_WITHIN: Final = 2.0  # seconds. A contact never answers for what it no longer remembers


class RetryTurns:
    """Whose turn it is at each contact: the next request, or a message it is told to send."""

    def __init__(self) -> None:
        self._turns: dict[str, asyncio.Lock] = {}
        self._asked: dict[str, tuple[str, asyncio.Event]] = {}
        """By number: the message that is asked for now, and whether it came."""
        self._waiting: set[asyncio.Task[None]] = set()

    def join(self, number: str) -> None:
        """Let a number take part: it is a contact. May be repeated."""
        self._turns.setdefault(number, asyncio.Lock())

    @asynccontextmanager
    async def sending(self, number: str) -> AsyncGenerator[None]:
        """The turn of a message that the contact sends."""
        self.join(number)
        async with self._turns[number]:
            yield

    def ask(self, number: str, message: str, forward: Callable[[], None]) -> None:
        """Pass a retry request on: at once, or in its turn when the number takes part."""
        turn = self._turns.get(number)
        if turn is None:
            forward()
            return
        task = asyncio.create_task(self._ask_in_turn(turn, number, message, forward))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    def answered(self, number: str, message: str) -> None:
        """Note that a number sent a message again."""
        asked, came = self._asked.get(number, ("", None))
        if came is not None and asked == message:
            came.set()

    async def _ask_in_turn(self, turn: asyncio.Lock, number: str, message: str, forward: Callable[[], None]) -> None:
        async with turn:
            came = asyncio.Event()
            self._asked[number] = (message, came)
            forward()
            try:
                async with asyncio.timeout(_ANSWERED_WITHIN):
                    await came.wait()
            except TimeoutError:
                return
            finally:
                del self._asked[number]
