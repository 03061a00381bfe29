"""Counts wrong keys per client address, so that guessing is slow and cheap to refuse."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from functions.access.client_address import customer
from shared.errors import TooManyRequests

_WINDOW = 60.0
_AT_MOST = 10_000


@dataclass(slots=True)
class _Attempts:
    until: float
    count: int = 0


class FailedAttempts:
    """Wrong keys of each address within a minute; addresses beyond 10,000 push out the oldest.

    An address of IPv6 counts with its /64: that many are given to one customer.
    """

    def __init__(self, allowed: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowed = allowed
        self._clock = clock
        self._by_address: OrderedDict[str, _Attempts] = OrderedDict()

    def refuse_guessing(self, address: str) -> None:
        """Return when this address may try another key; raises TooManyRequests with the time to wait."""
        wait = self.wait(address)
        if wait is not None:
            raise TooManyRequests(
                "Too many wrong keys came from your address. Wait 'Retry-After' seconds.", retry_after=wait
            )

    def wait(self, address: str) -> float | None:
        """Seconds until this address may try another key; None when it may now."""
        attempts = self._by_address.get(customer(address))
        if attempts is None or attempts.count < self._allowed:
            return None
        left = attempts.until - self._clock()
        return left if left > 0 else None

    def note(self, address: str) -> None:
        """One more wrong key from this address."""
        address = customer(address)
        attempts = self._by_address.get(address)
        if attempts is None or attempts.until <= self._clock():
            self._by_address.pop(address, None)
            attempts = self._by_address[address] = _Attempts(self._clock() + _WINDOW)
            if len(self._by_address) > _AT_MOST:
                self._by_address.popitem(last=False)
        attempts.count += 1
