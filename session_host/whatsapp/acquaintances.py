"""Whose phone number a LID is, as far as a session has been told.

Of one session only: what one tenant's WhatsApp knows is no other tenant's business. Used on the library's thread, where
nothing may wait, and on the event loop.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from session_host.whatsapp.client import Arrival
from session_host.whatsapp.introductions import Introducible, introduced, strangers

_MOST = 5_000
"""People a session remembers, the one it heard of longest ago forgotten first; some 200 bytes each."""
_ASK_AGAIN_AFTER = 600.0
"""Seconds for which nobody asks again for a LID that the library does not know."""


class Acquaintances:
    """LIDs and the numbers that belong to them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._numbers: OrderedDict[str, str] = OrderedDict()
        self._unknown_until: OrderedDict[str, float] = OrderedDict()
        self.my_number: str | None = None
        self.my_lid: str | None = None
        """`…@lid`"""

    def is_my_account(self, number: str, lid: str | None) -> None:
        """Note whose session it is."""
        self.my_number, self.my_lid = number, lid
        if lid is not None:
            self.learn(lid, number)

    def is_me(self, number: str | None, lid: str | None) -> bool:
        """Whether these belong to the session's own account."""
        return (number is not None and number == self.my_number) or (lid is not None and lid == self.my_lid)

    def number_of(self, lid: str) -> str | None:
        """The number of a LID, as far as this session has been told."""
        return self._numbers.get(lid)

    def learn(self, lid: str, number: str) -> None:
        """Note that a message named both."""
        self._numbers[lid] = number
        self._unknown_until.pop(lid, None)
        _shorten(self._numbers)

    def learn_all(self, asked: frozenset[str], numbers: Mapping[str, str]) -> None:
        """Note what the library answered to a question for all of `asked`."""
        for lid in asked:
            if lid in numbers:
                self.learn(lid, numbers[lid])
            else:
                self._unknown_until[lid] = self._clock() + _ASK_AGAIN_AFTER
                _shorten(self._unknown_until)

    def introduce(self, event: Introducible, raw: bytes | None = None, *, held: bool = False) -> Arrival:
        """The event with the numbers that are known; held when it has to be, or if the library may know somebody."""
        lids = strangers(event)
        if not lids:
            return Arrival(event, raw, held)
        known = self.numbers_of(lids)
        held = held or bool(self.unasked(lids))
        return Arrival(introduced(event, known) if known else event, raw, held)

    def numbers_of(self, lids: Iterable[str]) -> dict[str, str]:
        """The numbers of those LIDs that are known here."""
        return {lid: number for lid in lids if (number := self._numbers.get(lid)) is not None}

    def unasked(self, lids: Iterable[str]) -> frozenset[str]:
        """Those whose numbers are not known here, and which the library may know."""
        now = self._clock()
        return frozenset(lid for lid in lids if lid not in self._numbers and self._unknown_until.get(lid, 0) <= now)


def _shorten(known: OrderedDict[str, Any]) -> None:
    while len(known) > _MOST:
        known.popitem(last=False)
