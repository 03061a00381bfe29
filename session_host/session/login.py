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


async def login(session: LiveSession, timeout: float) -> LoginReply:  # noqa: ASYNC109 - answers, never raises
    """Return a code to scan, beginning a round of codes when none is running, or the status without one.

    Returns within `timeout` seconds: with a code; connected; at rest for a reason (a ban); or not able to reach
    WhatsApp (`reconnecting`, reason `wa_unreachable`), which goes on being tried. Never raises for these.
    """
    await session.begin_login()
    await session.wait_for(lambda: _answered(session), timeout)
    report, code = session.report, session.qr
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
    answer = await login(session, timeout)
    if answer.qr is None:
        details = status_details(session.report)
        if session.report.number is not None or session.connected:
            raise SessionAlreadyConnected(**details)
        if session.report.reason == "wa_unreachable":
            raise Unreachable(**details)
        raise Disconnected(**details)
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


def status_details(report: SessionReport) -> dict[str, Any]:
    """What an error says of a session's state, as the fields of its JSON."""
    next_try = yet_to_come(report.next_try, now_ms())
    details = {"connectionStatus": report.status.value, "reason": report.reason, "nextTry": next_try}
    return {name: value for name, value in details.items() if value is not None}


def _no_pair_code(number: str, error: NotSent) -> WagateError:
    match error.code:
        case 404:
            return NumberNotOnWhatsApp(
                f"WhatsApp gives no pairing code for {number}: nobody has this number there. Write the phone's own "
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


def _answered(session: LiveSession) -> bool:
    report = session.report
    return (
        session.qr is not None
        or report.status is SessionStatus.CONNECTED
        or report.status in RESTING
        or report.reason == "wa_unreachable"
    )
