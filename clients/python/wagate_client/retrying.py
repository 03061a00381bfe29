"""When a call is asked again, and after how long: never when it might be done twice."""

from __future__ import annotations

import random
from dataclasses import dataclass

import httpx

from wagate_client.answers import problem, retry_after
from wagate_client.calls import Call

_TOO_MANY = 429
_OF_PROXIES = {502, 503, 504}
"""From something in front of a gateway that is away for the moment."""
_FIRST_PAUSE = 0.5
_LAST_DOUBLED = 10
"""The pause is doubled so often at most: far above every longest pause, and no number that overflows."""


@dataclass(frozen=True, slots=True)
class Retries:
    """How patient a client is.

    Attributes:
        attempts: how often a call is asked at most; 1 never asks again.
        longest_pause: seconds; who says `Retry-After` with more gets its error raised at once.
    """

    attempts: int = 4
    longest_pause: float = 30.0

    def pause(self, call: Call, attempt: int, outcome: httpx.Response | httpx.TransportError) -> float | None:
        """Seconds to wait before the next attempt, or None: this was the last one.

        Args:
            call: a POST without an Idempotency-Key is asked again only when it was surely not done.
            attempt: counted from 1.
            outcome: of this attempt.
        """
        if attempt >= self.attempts:
            return None
        own = min(_FIRST_PAUSE * 2 ** min(attempt - 1, _LAST_DOUBLED), self.longest_pause)
        own *= random.uniform(0.5, 1)  # noqa: S311 - so that many clients do not come back at once
        if isinstance(outcome, httpx.TransportError):
            never_there = isinstance(outcome, httpx.ConnectError | httpx.ConnectTimeout)
            return own if never_there or call.repeatable else None
        said = retry_after(outcome)
        if said is not None:
            is_sure = call.repeatable or outcome.status_code == _TOO_MANY
            return max(said, own) if is_sure and said <= self.longest_pause else None
        is_of_a_proxy = problem(call, outcome).code.startswith("HTTP_")
        return own if is_of_a_proxy and outcome.status_code in _OF_PROXIES and call.repeatable else None


FOR_GOOD = Retries(attempts=2**31)
"""For who follows events: it goes on where it was when the gateway is there again."""
