"""What devices say of themselves when they register: the library has one set of it for all its clients.

It is replaced at the start of a client, and read a moment later in the handshake of one without a pairing. So a client
with other words waits until those who register have shown a code, or have ended; one that is paired says nothing.
"""

from __future__ import annotations

import asyncio
import time

from session_host.whatsapp.patience import within

_WITHIN = 5.0
"""Seconds; a handshake takes a second at most, or never ends."""


class Registering:
    """One per process and event loop."""

    def __init__(self) -> None:
        self._words = b""
        self._signs: list[tuple[asyncio.Event, float]] = []
        """Of those who began to register with these words: set when they have, or have ended; and when they began."""

    async def turn(self, words: bytes) -> None:
        """Return when it is likely that `begin` answers yes."""
        while not self._may(words):
            sign, begun = self._signs[0]
            await within(sign.wait(), max(begun + _WITHIN - time.monotonic(), 0.0))

    def begin(self, words: bytes, sign: asyncio.Event) -> bool:
        """Whether a client may start with these words, empty for none; then they are those of the process."""
        if not self._may(words):
            return False
        if words:
            self._words = words
            self._signs.append((sign, time.monotonic()))
        return True

    def _may(self, words: bytes) -> bool:
        now = time.monotonic()
        self._signs = [(sign, begun) for sign, begun in self._signs if not sign.is_set() and now - begun < _WITHIN]
        return not words or words == self._words or not self._signs
