"""What an answer means, and when what failed is tried again. Pure: who calls has the clock.

Times are milliseconds since 1970 where nothing else is said.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds between two attempts, the first of which is made at once: ten in all, the last after about 75 hours."""
ATTEMPTS = len(PAUSES) + 1
DISABLED_AFTER = 5 * 86_400_000
"""Milliseconds of nothing but failures."""
WARNED_AT = (50, 70, 90)
"""Per cent of them at which its owner is told."""
_SPREAD = 0.1
_LONGEST_WAIT = 86_400.0
"""Seconds that a receiver may ask for."""
_OK, _GONE = range(200, 300), 410
_THROTTLING = frozenset({429, 502, 503, 504})
ABORT = "abort-message"
"""What a receiver says in `webhook-delivery` when it never wants that one message again."""


class Verdict(StrEnum):
    """What is done next."""

    DELIVERED = "delivered"
    AGAIN = "again"
    GIVEN_UP = "given_up"
    """That one is not tried again."""
    GONE = "gone"
    """Nothing more is sent there."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer means."""

    verdict: Verdict
    throttles: bool = False
    """Whether there is too much for the receiver, or for what is in front of it."""
    retry_after: float | None = None
    """Seconds in which it wants nothing, where it says so."""


def judged(status: int, headers: Mapping[str, str], now: int) -> Judged:
    """What a receiver's answer means; it looks for names of headers in lower case.

    A redirection is a failure: whoever may answer for an address could lead events of others elsewhere by it.
    """
    if status in _OK:
        return Judged(Verdict.DELIVERED)
    if status == _GONE:
        return Judged(Verdict.GONE)
    if headers.get("webhook-delivery", "").strip().lower() == ABORT:
        return Judged(Verdict.GIVEN_UP)
    return Judged(Verdict.AGAIN, status in _THROTTLING, _seconds(headers.get("retry-after"), now))


def next_attempt(attempts: int, now: int, retry_after: float | None = None) -> int | None:
    """When it is tried again after so many attempts; None: never. Each pause is up to a tenth longer or shorter."""
    if attempts >= ATTEMPTS:
        return None
    pause = PAUSES[attempts - 1] * random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - it only spreads
    return now + round(1000 * max(pause, retry_after or 0.0))


def warning(failing_since: int, warned: int, now: int) -> int | None:
    """Per cent of the time to being disabled that its owner is to be told of now; None: nothing new."""
    gone = (now - failing_since) * 100 // DISABLED_AFTER
    due = max((each for each in WARNED_AT if each <= gone), default=0)
    return due if due > warned else None


def is_over(failing_since: int, now: int) -> bool:
    """Whether it failed for so long that it is disabled."""
    return now - failing_since >= DISABLED_AFTER


def _seconds(said: str | None, now: int) -> float | None:
    """What `Retry-After` asks for: seconds, or a moment."""
    if not said:
        return None
    said = said.strip()
    if said.isascii() and said.isdigit():
        return min(float(said), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.fromtimestamp(now / 1000, UTC)).total_seconds(), 0.0), _LONGEST_WAIT)
