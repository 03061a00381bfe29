from session_host.session.attempts import Attempts


def test_the_first_is_at_once_and_later_ones_further_apart() -> None:
    """0, 1, 2, 4, … up to the longest, spread by a fifth; a success begins anew."""
    attempts = Attempts(1.0, 30.0)
    delays = [attempts.after_failure() for _ in range(40)]
    assert delays[0] == 0
    assert all(0.8 * 2**n <= delay <= 1.2 * 2**n for n, delay in enumerate(delays[1:5]))
    assert all(24 <= delay <= 36 for delay in delays[7:])
    attempts.succeeded()
    assert attempts.after_failure() == 0
