"""Sessions: what state one is in, why, and what to do."""

from __future__ import annotations

from shared.contracts.events import SessionChanged
from shared.contracts.shape import Maybe, Shape
from shared.events.declaring import Declared, Told, tells
from shared.sessions.model import SessionStatus

_BANNED = "temporary_ban"
_TO_DO = {
    SessionStatus.QR_READY.value: "Scan the code: GET /api/qr shows it.",
    SessionStatus.LOGGED_OUT.value: "Log in again: GET /api/qr, or POST /api/pair-code.",
    _BANNED: "Wait until 'until', and send less afterwards: WhatsApp has banned the number for that time.",
    "replaced": "Another program uses this pairing: end it, then POST /api/sessions/{name}/start.",
    "client_outdated": "Upgrade the gateway: WhatsApp no longer accepts this version.",
    "qr_expired": "Ask for a new code when somebody is there to scan it: GET /api/qr.",
    "pairing_failed": "Ask for a new code: GET /api/qr.",
    "connect_refused": "POST /api/sessions/{name}/start tries again; if it lasts, see docs/operations.md.",
}
"""By reason, else by status."""


class SessionState(Shape):
    """As `GET /api/status` tells it. Times are milliseconds since 1970."""

    status: str
    connected: bool
    reason: Maybe[str] = None
    to_do: Maybe[str] = None
    """What to do, where something is to be done."""
    since: int
    until: Maybe[int] = None
    """When it ends by itself."""
    next_try: Maybe[int] = None
    """When a connection is tried again."""
    number: Maybe[str] = None
    lid: Maybe[str] = None
    push_name: Maybe[str] = None


_SINCE = 1_795_953_600_000
STATUS = Declared(
    "session.status",
    "A session has a new state, except the two below; or another host took the session, and reports its first "
    "state again.",
    SessionState(status="connected", connected=True, since=_SINCE, number="628111222333", push_name="Toko"),
)
QR = Declared(
    "session.qr",
    "A code waits to be scanned. The log does not have the code itself: `GET /api/qr` shows the current one.",
    SessionState(status="qr_ready", connected=False, to_do=_TO_DO["qr_ready"], since=_SINCE),
)
RESTRICTION = Declared(
    "session.restriction",
    "WhatsApp has banned the number for a time: `until` says how long.",
    SessionState(
        status="failed",
        connected=False,
        reason=_BANNED,
        to_do=_TO_DO[_BANNED],
        since=_SINCE,
        until=_SINCE + 86_400_000,
        next_try=_SINCE + 86_400_000,
    ),
)


@tells(SessionChanged)
def changed(event: SessionChanged) -> Told:
    """By what it means for whoever has the number."""
    data = SessionState(
        status=event.status,
        connected=event.status == SessionStatus.CONNECTED,
        reason=event.reason,
        to_do=_TO_DO.get(event.reason or "") or _TO_DO.get(event.status),
        since=event.since,
        until=event.until,
        next_try=event.next_try,
        number=event.number,
        lid=event.lid,
        push_name=event.push_name,
    )
    if event.reason == _BANNED:
        return RESTRICTION.of(data)
    return (QR if event.status == SessionStatus.QR_READY else STATUS).of(data)
