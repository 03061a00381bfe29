import pytest

from session_host.session.rest import must_rest
from shared.sessions.model import SessionReport, SessionStatus


@pytest.mark.parametrize(
    ("reason", "until", "paired", "rests"),
    [
        ("replaced", None, True, True),
        ("replaced", None, False, False),
        ("qr_expired", None, False, True),
        ("temporary_ban", 200, True, True),
        ("temporary_ban", 50, True, False),
        ("client_outdated", None, True, False),
        ("connect_refused", None, True, False),
    ],
)
def test_what_outlasts_a_restart(reason: str, until: int | None, *, paired: bool, rests: bool) -> None:
    """A replaced device does not fight back after a restart either; an upgrade may help an outdated one."""
    previous = SessionReport(status=SessionStatus.FAILED, reason=reason, until=until)
    assert must_rest(previous, paired=paired, now=100) is rests


def test_a_session_that_was_connected_connects() -> None:
    """Only failures rest."""
    assert not must_rest(SessionReport(status=SessionStatus.CONNECTED), paired=True, now=0)
