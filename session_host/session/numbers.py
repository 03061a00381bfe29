"""What WhatsApp said about numbers a short while ago.

Asking for every message costs a round trip and looks like a number harvester to WhatsApp.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from session_host.whatsapp.client import NumberCheck

POSITIVE_FOR = 6 * 3600.0
NEGATIVE_FOR = 300.0
"""Seconds. Somebody who has just been told that a number is not there may install WhatsApp on it."""
_MOST = 20_000


class KnownNumbers:
    """Answers of WhatsApp by number, the least recently used of 20,000 forgotten first.

    Shared by the sessions of a shard: the answer is WhatsApp's and the same for everyone.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._answers: OrderedDict[str, tuple[float, NumberCheck]] = OrderedDict()

    def get(self, number: str) -> NumberCheck | None:
        """What is known of it; None when it has to be asked."""
        known = self._answers.get(number)
        if known is None or known[0] <= self._clock():
            return None
        self._answers.move_to_end(number)
        return known[1]

    def keep(self, number: str, answer: NumberCheck) -> None:
        """Remember what WhatsApp answered."""
        self._answers[number] = (self._clock() + (POSITIVE_FOR if answer.exists else NEGATIVE_FOR), answer)
        self._answers.move_to_end(number)
        if len(self._answers) > _MOST:
            self._answers.popitem(last=False)

    def forget(self, number: str) -> None:
        """Ask WhatsApp the next time: what it said is not so any more."""
        self._answers.pop(number, None)
