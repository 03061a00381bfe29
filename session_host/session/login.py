"""Logging a session in: a code to scan, or one to type."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from session_host.session.live_session import LiveSession
from session_host.session.states import RESTING
from session_host.whatsapp.client import NotSent
from shared.contracts.commands.pairing import LoginReply, PairCodeReply
from shared.errors import (
    Disconnected,
    NumberNotOnWhatsApp,
    RateLimited,
    SessionAlreadyConnected,
    Unreachable,
    WagateError,
    WhatsAppRefused,
)
from shared.ids import now_ms
from shared.sessions.model import SessionReport, SessionStatus, yet_to_come

_NEXT_CODE_IN = 600.0
_TRIED_AGAIN_IN = 5.0
_UNREACHABLE = {
    "wa_unreachable": None,
    "proxy_unreachable": "WhatsApp cannot be reached through the session's proxy. The session tries again by "
    "itself. Check the proxy, or choose another: PATCH /api/sessions/{name}/settings.",
}
"""Reasons of sessions that do not get to WhatsApp, and what there is to say of them."""


async def login(session: LiveSession, timeout: float) -> LoginReply:  # noqa: ASYNC109 - it answers with what there is
    """Return a code to scan, beginning a round of codes when none is running, within `timeout` seconds.

    Without a code: it is connected, or on its way to one or the other.

    Raises:
        Unreachable: WhatsApp cannot be reached; it goes on being tried.
        Disconnected: the session has come to rest for a reason (a ban), and there will be no code.
    """
    await _begin(session, timeout)
    report, code = session.report, session.qr
    if code is None:
        _check_one_may_come(report)
    return LoginReply(
        **status_fields(report),
        qr=code.text if code else None,
        qr_expires_at=code.expires_at if code else None,
    )


async def pair_code(session: LiveSession, number: str, timeout: float) -> PairCodeReply:  # noqa: ASYNC109 - raises a catalogue error
    """Return a code to type on the phone with this number; it works while this round of QR codes does.

    Raises:
        SessionAlreadyConnected: it is paired.
        Unreachable: WhatsApp cannot be reached; it goes on being tried.
        NumberNotOnWhatsApp: nobody has this number there.
        RateLimited: WhatsApp gives no code at the moment.
        WhatsAppRefused: WhatsApp gave no code for this number.
        Disconnected: the session could not get to the point of pairing, its status is in the error.
    """
    await _begin(session, timeout)
    report = session.report
    if session.qr is None:
        if report.number is not None or session.connected:
            raise SessionAlreadyConnected(**_details(report))
        _check_one_may_come(report)
        raise Disconnected(**_details(report))
    try:
        code = await session.request_pair_code(number)
    except NotSent as error:
        raise _no_pair_code(number, error) from error
    return PairCodeReply(code=code, expires_at=session.round_ends_at)


def status_fields(report: SessionReport) -> dict[str, Any]:
    """The fields of a `StatusReply`."""
    fields = asdict(report)
    fields["status"] = report.status.value
    fields["next_try"] = yet_to_come(report.next_try, now_ms())
    return fields


async def _begin(session: LiveSession, timeout: float) -> None:  # noqa: ASYNC109 - it may take all of it
    """Have it show codes, and return when it does, or is known not to."""
    await session.begin_login()
    await session.wait_for(lambda: _answered(session), timeout)


def _answered(session: LiveSession) -> bool:
    report = session.report
    return (
        session.qr is not None
        or report.status is SessionStatus.CONNECTED
        or report.status in RESTING
        or report.reason in _UNREACHABLE
    )


def _check_one_may_come(report: SessionReport) -> None:
    """Raise why there is no code, unless one may come by itself."""
    if report.reason in _UNREACHABLE:
        raise Unreachable(_UNREACHABLE[report.reason], retry_after=_TRIED_AGAIN_IN, **_details(report))
    if report.status in RESTING:
        why = f" ({report.reason})" if report.reason else ""
        raise Disconnected(f"There is no code to scan: the session is {report.status}{why}.", **_details(report))


def _details(report: SessionReport) -> dict[str, Any]:
    """What an error says of a session's state, as the fields of its JSON."""
    details = {
        "connectionStatus": report.status.value,
        "reason": report.reason,
        "until": report.until,
        "nextTry": yet_to_come(report.next_try, now_ms()),
    }
    return {name: value for name, value in details.items() if value is not None}


def _no_pair_code(number: str, error: NotSent) -> WagateError:
    match error.code:
        case 404:
            return NumberNotOnWhatsApp(
                f"WhatsApp gives no pairing code for {number}: it knows no account with this number. Write the "
                "phone's own "
                "number as WhatsApp shows it in its settings, with the country code.",
                number=number,
            )
        case 429:
            return RateLimited(
                "WhatsApp gives no more pairing codes for this number at the moment. Wait 'Retry-After' seconds, or "
                "scan a QR code.",
                retry_after=_NEXT_CODE_IN,
            )
        case _:
            return WhatsAppRefused(f"WhatsApp gave no pairing code: {error}", waCode=error.code)
