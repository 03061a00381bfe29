from session_host.session.attempts import Attempts


def test_the_first_is_at_once_and_later_ones_further_apart() -> None:
    """0, then 1, 2, 4, … up to the longest, each up to a fifth shorter; a success begins anew."""
    attempts = Attempts(1.0, 30.0)
    delays = [attempts.after_failure() for _ in range(40)]
    assert delays[0] == 0
    assert all(0.8 * 2**n <= delay <= 2**n for n, delay in enumerate(delays[1:5]))
    assert all(24 <= delay <= 30 for delay in delays[7:])
    attempts.succeeded()
    assert attempts.after_failure() == 0
