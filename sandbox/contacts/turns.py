"""Two contacts of one process don't write to each other at the same moment.

whatsmeow loads a Signal session, uses it and stores it without a lock, once for encrypting and once for
decrypting (`encryptMessageForDevices` and `decryptDM`; its issue 1095, pull request 1168). When both
happen at once for one peer, one of the two is undone: the next message reuses a counter, and its receiver
drops it as "old counter", with a delivery receipt and without an event. Measured here without turns: 4 of
100 messages, two contacts writing to each other as fast as they can. A contact is an instrument and may
not lose what it carries, so a message lands in its receiver's mailbox before the next one leaves. What
somebody else sends a contact meanwhile, this can't order.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack
from typing import Final

_LANDS_WITHIN: Final = 2.0  # seconds; measured 2 to 5 ms. A fault may keep it away: the next doesn't wait for ever

_log = logging.getLogger(__name__)


class Turns:
    """Whose turn it is, between any two contacts of the process."""

    def __init__(self) -> None:
        self._locks: dict[tuple[str, ...], asyncio.Lock] = {}
        self._arrivals: dict[str, _Arrivals] = {}

    def join(self, number: str) -> None:
        """Let a contact take part."""
        self._arrivals[number] = _Arrivals()

    def leave(self, number: str) -> None:
        """Let a contact take part no longer."""
        self._arrivals.pop(number, None)

    def landed(self, number: str, message: str) -> None:
        """Note that `number` has written down the message with this id."""
        arrivals = self._arrivals.get(number)
        if arrivals is not None:
            arrivals.add(message)

    async def take(self, sender: str, receivers: Collection[str], send: Callable[[], Awaitable[str]]) -> str:
        """Send in the turn of the sender with each receiver; return the message's id, once it landed at those here."""
        here = {number for number in receivers if number in self._arrivals} - {sender}
        async with AsyncExitStack() as turns:
            for pair in sorted(
                tuple(sorted((sender, number))) for number in here
            ):  # in one order: nobody waits in a ring
                await turns.enter_async_context(self._locks.setdefault(pair, asyncio.Lock()))
            message = await send()
            await asyncio.gather(*(self._arrivals[number].wait(message) for number in here if number in self._arrivals))
            return message


class _Arrivals:
    """The ids that arrived last at one contact."""

    def __init__(self) -> None:
        self._last: deque[str] = deque(maxlen=256)
        self._changed = asyncio.Event()

    def add(self, message: str) -> None:
        self._last.append(message)
        self._changed.set()

    async def wait(self, message: str) -> None:
        try:
            async with asyncio.timeout(_LANDS_WITHIN):
                while message not in self._last:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            _log.warning("%s did not land within %.0f s, going on without", message, _LANDS_WITHIN)
