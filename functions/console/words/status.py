"""What a session is doing, in words: the state, why, and the one thing to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from functions.console.words.marked import _
from shared.sessions.model import SessionStatus

Tone = Literal["good", "waits", "asks", "bad", "off"]
Action = Literal["scan", "start", "restart", "settings"]


@dataclass(frozen=True, slots=True)
class Words:
    """Of one state. Texts are those of the catalogues."""

    title: str
    tone: Tone
    advice: str = ""
    action: Action | None = None

    @property
    def needs_hand(self) -> bool:
        """Whether nothing goes on before somebody does something."""
        return self.tone in {"asks", "bad"}


_BY_STATUS: Final = {
    SessionStatus.STARTING: Words(_("Starting"), "waits", _("A host takes it in a moment.")),
    SessionStatus.QR_READY: Words(
        _("Waits for a phone"), "asks", _("Scan its code with WhatsApp on the phone."), "scan"
    ),
    SessionStatus.PAIRING: Words(_("Linking"), "waits", _("The phone and the gateway are getting to know each other.")),
    SessionStatus.CONNECTED: Words(_("Connected"), "good"),
    SessionStatus.RECONNECTING: Words(_("Reconnecting"), "waits", _("It connects again by itself.")),
    SessionStatus.LOGGED_OUT: Words(_("Logged out"), "asks", _("Link it with a phone to use it again."), "scan"),
    SessionStatus.STOPPED: Words(_("Stopped"), "off", _("Its pairing is kept. Start it to use it again."), "start"),
    SessionStatus.FAILED: Words(
        _("Failed"), "bad", _("Start it again. If that does not help, look into the logs."), "start"
    ),
}
_BY_REASON: Final = {
    "host_lost": Words(_("Reconnecting"), "waits", _("Its host is gone. Another one takes it over within seconds.")),
    "bus_unavailable": Words(
        _("Reconnecting"), "waits", _("The gateway does not reach its hosts at the moment. Sessions go on meanwhile.")
    ),
    "wa_unreachable": Words(
        _("No way to WhatsApp"),
        "waits",
        _("WhatsApp cannot be reached from here. It is tried again by itself; look at the network of the host."),
    ),
    "proxy_unreachable": Words(
        _("No way to WhatsApp"),
        "bad",
        _("The proxy of this session does not lead to WhatsApp. Look at the proxy, or choose another one."),
        "settings",
    ),
    "connection_lost": Words(_("Reconnecting"), "waits", _("The connection was lost. It is made again by itself.")),
    "temporary_ban": Words(
        _("Banned for a time"),
        "bad",
        _("WhatsApp has shut this number out. Wait until the ban ends, and send less afterwards."),
    ),
    "replaced": Words(
        _("Used elsewhere"),
        "bad",
        _("Another program uses the same pairing. End it there, then start the session here."),
        "start",
    ),
    "client_outdated": Words(
        _("Gateway too old"), "bad", _("WhatsApp no longer takes this version. Upgrade the gateway.")
    ),
    "passkey_required": Words(
        _("Passkey needed"),
        "bad",
        _("WhatsApp wants a passkey, which this gateway cannot give. Turn it off there: Settings, Account, Passkeys."),
        "scan",
    ),
    "qr_expired": Words(_("Code expired"), "asks", _("Nobody scanned the code in time. Ask for a new one."), "scan"),
    "pairing_failed": Words(_("Linking failed"), "asks", _("The phone did not finish. Ask for a new code."), "scan"),
    "connect_refused": Words(
        _("Refused"),
        "bad",
        _("WhatsApp refuses the connection. Start it again; if it lasts, look into the logs."),
        "start",
    ),
    "auth_unreadable": Words(
        _("Pairing lost"), "bad", _("No copy of its pairing can be read. Log out, then link it again."), "scan"
    ),
    "unlink_pending": Words(
        _("Logging out"),
        "waits",
        _("The phone may still show this device. It is removed as soon as WhatsApp can be told."),
    ),
    "too_many_logins": Words(
        _("Stopped"), "off", _("Too many sessions of this key wait for a phone. Finish some of them first."), "scan"
    ),
}


def words_of(status: str, reason: str | None) -> Words:
    """The words for a state; those for a status that a newer version has are its name."""
    found = _BY_REASON.get(reason or "")
    if found is not None and status != SessionStatus.CONNECTED:
        return found
    known = {each.value: words for each, words in _BY_STATUS.items()}
    return known.get(status, Words(status, "waits"))


MESSAGE_STATES: Final = {
    "accepted": _("waits"),
    "queued": _("waits"),
    "sending": _("being sent"),
    "sent": _("sent"),
    "delivered": _("delivered"),
    "read": _("read"),
    "played": _("played"),
    "failed": _("not sent"),
    "unknown": _("not known whether it was sent"),
    "expired": _("not sent in time"),
    "cancelled": _("cancelled"),
}
"""Where a message is that was sent from here."""
