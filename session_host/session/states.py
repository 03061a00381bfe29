"""The life of a session as one table: what is done and said for every signal in every state.

Resting states (`logged_out`, `stopped`, `failed`) have no client; a signal that is still under way when a session
comes to rest changes nothing there. What leads out of them is asked for: a start, a login, the end of a ban.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from session_host.whatsapp.client import (
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

CLIENT_OUTDATED = 405
"""The code with which WhatsApp refuses a client that is too old."""


class Action(Enum):
    """What a session does after a signal."""

    NOTHING = auto()
    SHOW_CODE = auto()
    CLOSE = auto()
    """Close the client and rest."""
    NEXT_ROUND = auto()
    """Close the client; a new one shows codes again while rounds are left, else the session fails: `qr_expired`."""
    REOPEN = auto()
    """Close the client and make a new one, later each time it does not help."""
    RETRY_LATER = auto()
    """Close the client; make a new one when the ban is over."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a signal leads."""

    status: SessionStatus
    reason: str | None
    action: Action


LIVE = (
    SessionStatus.STARTING,
    SessionStatus.QR_READY,
    SessionStatus.PAIRING,
    SessionStatus.CONNECTED,
    SessionStatus.RECONNECTING,
)
"""States with a client."""

RESTING = (SessionStatus.LOGGED_OUT, SessionStatus.STOPPED, SessionStatus.FAILED)
"""States without one."""

UNPAIRED = (SessionStatus.LOGGED_OUT, SessionStatus.QR_READY)
"""Without a pairing for certain."""

SIGNALS: tuple[type[Signal], ...] = (
    QrCode,
    QrExhausted,
    Paired,
    PairingFailed,
    Connected,
    Lost,
    Unlinked,
    Replaced,
    Banned,
    Refused,
    Ended,
)

_STEPS: dict[type[Signal], Step] = {
    QrCode: Step(SessionStatus.QR_READY, None, Action.SHOW_CODE),
    QrExhausted: Step(SessionStatus.STARTING, "qr_renewal", Action.NEXT_ROUND),
    Paired: Step(SessionStatus.PAIRING, None, Action.NOTHING),
    PairingFailed: Step(SessionStatus.FAILED, "pairing_failed", Action.CLOSE),
    Connected: Step(SessionStatus.CONNECTED, None, Action.NOTHING),
    Lost: Step(SessionStatus.RECONNECTING, "connection_lost", Action.NOTHING),
    Unlinked: Step(SessionStatus.LOGGED_OUT, "unlinked", Action.CLOSE),
    Replaced: Step(SessionStatus.FAILED, "replaced", Action.CLOSE),
    Banned: Step(SessionStatus.FAILED, "temporary_ban", Action.RETRY_LATER),
    Refused: Step(SessionStatus.FAILED, "connect_refused", Action.CLOSE),
    Ended: Step(SessionStatus.RECONNECTING, "healing", Action.REOPEN),
}

TABLE: dict[tuple[SessionStatus, type[Signal]], Step] = {
    **{(state, signal): _STEPS[signal] for state in LIVE for signal in SIGNALS},
    # A code that was typed or scanned is not thrown away by a code that comes late.
    (SessionStatus.PAIRING, QrCode): Step(SessionStatus.PAIRING, None, Action.NOTHING),
    # Codes are renewed without a moment in which there seems to be none.
    (SessionStatus.QR_READY, QrExhausted): Step(SessionStatus.QR_READY, "qr_renewal", Action.NEXT_ROUND),
}
"""Every signal in every live state. Resting states are not in it: they ignore what comes late."""


def step(state: SessionStatus, signal: Signal) -> Step | None:
    """Where a signal leads from a state; None in resting states, which stay as they are."""
    found = TABLE.get((state, type(signal)))
    if found is None:
        return None
    return Step(found.status, _reason(found, signal), found.action)


def _reason(found: Step, signal: Signal) -> str | None:
    if found.reason is None:
        return None
    match signal:
        case Lost(reason=reason) | PairingFailed(reason=reason) | Ended(reason=reason):
            return reason
        case Refused(code=code) if code == CLIENT_OUTDATED:
            return "client_outdated"
        case _:
            return found.reason
