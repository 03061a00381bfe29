"""Pauses between tries."""

from shared.backoff import Backoff


def test_pauses_double_up_to_the_longest_and_are_spread() -> None:
    """1, 2, 4, … 30 s, each up to a fifth shorter and no two alike; a success begins anew."""
    backoff = Backoff(1.0, 30.0)
    pauses = [backoff.after_failure() for _ in range(60)]
    assert all(0.8 * 2**n <= pause <= 2**n for n, pause in enumerate(pauses[:5]))
    assert all(24 <= pause <= 30 for pause in pauses[5:])
    assert len(set(pauses[5:])) > 50
    backoff.succeeded()
    assert backoff.after_failure() <= 1.0


async def test_it_waits_that_long() -> None:
    """As `after_failure` would have said."""
    backoff = Backoff(0.001, 0.001)
    await backoff.wait()
    assert 0.0008 <= backoff.after_failure() <= 0.001
