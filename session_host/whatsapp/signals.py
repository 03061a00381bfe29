"""The library's events of the connection, as signals."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.client import (
    Account,
    Banned,
    Ended,
    Lost,
    PairingFailed,
    QrExhausted,
    Refused,
    Replaced,
    Signal,
    Unlinked,
)
from session_host.whatsapp.library.declarations import known
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import protobufs as proto
from shared.jids import LID

_FAILURE_CODES = {
    "GENERIC": 400, "LOGGED_OUT": 401, "TEMP_BANNED": 402, "MAIN_DEVICE_GONE": 403, "UNKNOWN_LOGOUT": 406,
    "CLIENT_OUTDATED": 405, "BAD_USER_AGENT": 409, "INTERNAL_SERVER_ERROR": 500, "EXPERIMENTAL": 501,
    "SERVICE_UNAVAILABLE": 503,
}  # fmt: skip
_BAN_CODES: dict[str | None, int] = {
    "SEND_TO_TOO_MANY_PEOPLE": 101, "BLOCKED_BY_USERS": 102, "CREATED_TOO_MANY_GROUPS": 103,
    "SENT_TOO_MANY_SAME_MESSAGE": 104, "BROADCAST_LIST": 106,
}  # fmt: skip
_CLIENT_OUTDATED = 405
KINDS = (
    EventNumber.DISCONNECTED, EventNumber.STREAM_ERROR, EventNumber.STREAM_REPLACED, EventNumber.LOGGED_OUT,
    EventNumber.TEMPORARY_BAN, EventNumber.CONNECT_FAILURE, EventNumber.CLIENT_OUTDATED,
)  # fmt: skip
"""The events that are signals."""


def of_event(kind: int, payload: bytes, now: int) -> Signal | None:  # noqa: PLR0911 - one for each event
    """The signal of an event of the connection; None for one that changes nothing. `now`: milliseconds."""
    match kind:
        case EventNumber.DISCONNECTED:
            return Lost("connection_lost")
        case EventNumber.STREAM_ERROR:
            code = proto.StreamError.FromString(payload).Code
            return Lost("connection_lost", detail=f"WhatsApp ended the stream with {code}")
        case EventNumber.STREAM_REPLACED:
            return Replaced()
        case EventNumber.LOGGED_OUT:
            reason = known(proto.LoggedOut.FromString(payload), "Reason")
            return Unlinked("unknown" if reason is None else proto.ConnectFailureReason.Name(reason).lower())
        case EventNumber.TEMPORARY_BAN:
            ban = proto.TemporaryBan.FromString(payload)
            code = known(ban, "Code")  # 105 and 107 it does not know
            name = None if code is None else proto.TemporaryBan.TempBanReason.Name(code)
            return Banned(now + ban.Expire * 1000 if ban.Expire else None, _BAN_CODES.get(name))
        case EventNumber.CONNECT_FAILURE:
            reason = known(proto.ConnectFailure.FromString(payload), "Reason")  # 415 and 418 it does not know
            return Refused(None if reason is None else _FAILURE_CODES.get(proto.ConnectFailureReason.Name(reason)))
        case EventNumber.CLIENT_OUTDATED:
            return Refused(_CLIENT_OUTDATED)
        case _:
            return None


def of_login_status(status: str) -> Signal | None:
    """The signal of the end of showing codes; None for `success`, which `Paired` tells."""
    if "passkey" in status:
        return PairingFailed("passkey_required")
    match status:
        case "success":
            return None
        case "timeout":
            return QrExhausted()
        case "err-client-outdated":
            return Refused(_CLIENT_OUTDATED)
        case "error" | "err-scanned-without-multidevice":
            return PairingFailed("pairing_failed")
        case _:
            return Refused(None)


def of_end(error: str, *, began: bool) -> Signal:
    """The signal of the library letting go of a client. `began`: whether it had connected."""
    if not began:
        return Ended(error, reason="wa_unreachable")
    if "TemporaryBan" in error:
        return Banned(None, None)  # where unknown values could not be allowed: the code is one (105, 107)
    if "ConnectFailure" in error or "LoggedOut" in error:
        return Refused(None)  # likewise (415, 418)
    return Ended(error)


def account(device: Any) -> Account:  # noqa: ANN401 - a protobuf
    """Whom a neonize `Device` belongs to."""
    lid = f"{device.LID.User}@{LID}" if device.LID.User else None
    return Account(device.JID.User, lid, device.PushName or None)
