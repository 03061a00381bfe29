"""Which messages the library still answers for when a device asks for one again.

It keeps what a client sent in memory only, the last 256 messages (`docs/neonize.md`, Sending): a client made anew,
after a restart or a crash, has none of them, and drops such a request without a word to anybody.
"""

from __future__ import annotations

import threading
from collections import deque

KEPT = 256
"""Of the library: `recentMessagesSize` in whatsmeow's retry.go."""


class RecentSends:
    """The messages that one client sent last. Asked on the library's thread, told on the event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: deque[str] = deque(maxlen=KEPT)
        self._under_way = 0
        self._unnamed = False

    def begin(self) -> None:
        """A message is handed over; the library keeps it from now on, under an id that is not known yet."""
        with self._lock:
            self._under_way += 1

    def end(self, wa_id: str | None, *, left: bool) -> None:
        """It was acknowledged, or given up: `left` says whether it may have been sent, `wa_id` is its id if known."""
        with self._lock:
            self._under_way -= 1
            if wa_id is not None:
                self._ids.append(wa_id)
            elif left:
                self._unnamed = True

    def has(self, wa_id: str) -> bool | None:
        """Whether the library may have a message; None while one is under way that it may be."""
        with self._lock:
            if wa_id in self._ids or (self._unnamed and not self._under_way):
                return True
            return None if self._under_way else False
