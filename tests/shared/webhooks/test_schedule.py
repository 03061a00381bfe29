"""When what failed is tried again, and what answers mean."""

import pytest

from shared.webhooks.schedule import (
    ATTEMPTS,
    DISABLED_AFTER,
    Verdict,
    is_over,
    judged,
    next_attempt,
    warning,
)

NOW = 1_795_953_600_000
HOUR = 3_600_000


def test_the_pauses_are_those_that_are_promised() -> None:
    """0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, each a tenth longer or shorter; then never."""
    promised = [5, 300, 1_800, *(hours * 3_600 for hours in (2, 5, 10, 14, 20, 24))]
    for attempts, pause in enumerate(promised, 1):
        found = [(next_attempt(attempts, NOW) or 0) - NOW for _ in range(200)]
        assert pause * 900 <= min(found) < max(found) <= pause * 1_100
    assert next_attempt(ATTEMPTS, NOW) is None


def test_a_receiver_may_ask_for_more_time_and_not_for_less() -> None:
    """By `Retry-After`, in seconds or as a moment, at most a day."""
    assert next_attempt(1, NOW, retry_after=60.0) == NOW + 60_000
    assert (next_attempt(2, NOW, retry_after=1.0) or 0) > NOW + 200_000
    seconds = {
        "120": 120.0, "Sun, 29 Nov 2026 12:02:00 GMT": 120.0, "Sun, 29 Nov 2026 11:00:00 GMT": 0.0,
        "999999999": 86_400.0, "soon": None, "-5": None, "": None,
    }  # fmt: skip
    for said, expected in seconds.items():
        assert judged(503, {"retry-after": said}, NOW).retry_after == expected


@pytest.mark.parametrize(
    ("status", "headers", "verdict", "throttles"),
    [
        (200, {}, Verdict.DELIVERED, False),
        (204, {"webhook-delivery": "abort-message"}, Verdict.DELIVERED, False),
        (302, {"location": "http://10.0.0.1/"}, Verdict.AGAIN, False),
        (304, {}, Verdict.AGAIN, False),
        (400, {}, Verdict.AGAIN, False),
        (400, {"webhook-delivery": " Abort-Message "}, Verdict.GIVEN_UP, False),
        (404, {}, Verdict.AGAIN, False),
        (410, {}, Verdict.GONE, False),
        (429, {}, Verdict.AGAIN, True),
        (500, {}, Verdict.AGAIN, False),
        (502, {}, Verdict.AGAIN, True),
        (503, {}, Verdict.AGAIN, True),
        (504, {}, Verdict.AGAIN, True),
    ],
)
def test_an_answer_is_judged(status: int, headers: dict[str, str], verdict: Verdict, throttles: bool) -> None:  # noqa: FBT001
    """Only a success is one; everything else is tried again, but for what the receiver never wants again."""
    found = judged(status, headers, NOW)
    assert (found.verdict, found.throttles) == (verdict, throttles)


def test_the_owner_is_warned_at_each_mark_once_before_it_ends() -> None:
    """At 50, 70 and 90 per cent of five days; who looks late is told the last of them alone."""
    told, warned = [], 0
    for hours in range(121):
        if (due := warning(NOW, warned, NOW + hours * HOUR)) is not None:
            told.append((hours, due))
            warned = due
    assert told == [(60, 50), (84, 70), (108, 90)]
    assert warning(NOW, 0, NOW + 119 * HOUR) == 90
    assert not is_over(NOW, NOW + DISABLED_AFTER - 1)
    assert is_over(NOW, NOW + 120 * HOUR)
