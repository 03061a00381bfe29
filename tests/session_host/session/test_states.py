import pytest

from session_host.session.states import LIVE, RESTING, SIGNALS, Action, step
from session_host.whatsapp.client import (
    Account,
    Banned,
    Connected,
    Ended,
    Lost,
    Paired,
    PairingFailed,
    QrCode,
    QrExhausted,
    Refused,
    Replaced,
    Signal,
    Unlinked,
)
from shared.sessions.model import SessionStatus

EXAMPLES: list[Signal] = [
    QrCode("code", 1),
    QrExhausted(),
    Paired(),
    PairingFailed("pairing_failed"),
    PairingFailed("passkey_required"),
    Connected(Account("628123456789", None, None)),
    Lost("connection_lost"),
    Lost("wa_unreachable", next_try=5),
    Lost("healing"),
    Unlinked("logged_out"),
    Replaced(),
    Banned(7, 101),
    Refused(405),
    Refused(400),
    Refused(None),
    Ended("error"),
    Ended("error", reason="wa_unreachable"),
]
NEEDS_NO_REASON = {SessionStatus.STARTING, SessionStatus.QR_READY, SessionStatus.PAIRING, SessionStatus.CONNECTED}


def test_every_kind_of_signal_has_an_example() -> None:
    """A new kind of signal cannot be forgotten here."""
    assert {type(example) for example in EXAMPLES} == set(SIGNALS)


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize("signal", EXAMPLES, ids=str)
def test_no_signal_is_a_dead_end(state: SessionStatus, signal: Signal) -> None:
    """Every signal in every live state leads to a state, with a reason where a user would ask why."""
    taken = step(state, signal)
    assert taken is not None
    if taken.status not in NEEDS_NO_REASON:
        assert taken.reason
    if taken.status in RESTING:  # at rest without a client
        assert taken.action in {Action.CLOSE, Action.RETRY_LATER}


@pytest.mark.parametrize("state", RESTING)
@pytest.mark.parametrize("signal", EXAMPLES, ids=str)
def test_a_resting_session_ignores_what_comes_late(state: SessionStatus, signal: Signal) -> None:
    """A closed client's last words change nothing."""
    assert step(state, signal) is None


@pytest.mark.parametrize(
    ("signal", "status", "reason"),
    [
        (Replaced(), "failed", "replaced"),
        (Unlinked("x"), "logged_out", "unlinked"),
        (Banned(None, None), "failed", "temporary_ban"),
        (Refused(405), "failed", "client_outdated"),
        (Refused(409), "failed", "connect_refused"),
        (PairingFailed("passkey_required"), "failed", "passkey_required"),
        (Lost("wa_unreachable"), "reconnecting", "wa_unreachable"),
        (Ended("x", reason="wa_unreachable"), "reconnecting", "wa_unreachable"),
    ],
)
def test_reasons_are_the_documented_ones(signal: Signal, status: str, reason: str) -> None:
    """Reasons of the API are stable names."""
    taken = step(SessionStatus.CONNECTED, signal)
    assert taken is not None
    assert (taken.status, taken.reason) == (status, reason)
