"""A session's status and reason in words: what it means and what to do."""

from __future__ import annotations

from typing import Any

from cli.program.output import local_time

_REASONS = {
    "replaced": "WhatsApp says that another program uses this device; make sure that nothing else uses its data, then "
    "'wagate sessions restart {name}'",
    "temporary_ban": "WhatsApp banned the number for a while{until}; it connects again by itself then",
    "client_outdated": "WhatsApp no longer accepts this version; update wagate",
    "connect_refused": "WhatsApp refuses the connection; see the log of the session host, then "
    "'wagate sessions restart {name}'",
    "qr_expired": "nobody scanned the codes in time; 'wagate sessions login {name}' shows new ones",
    "pairing_failed": "the phone answered but pairing broke; try 'wagate sessions login {name}' again",
    "passkey_required": "the account is protected by a passkey, which this gateway cannot use; switch it off on the "
    "phone for linking: Settings, Account, Passkeys",
    "not_created": "there is no session of that name; 'wagate sessions login {name}' makes it and links a phone",
    "not_paired": "no phone is linked; 'wagate sessions login {name}'",
    "too_many_logins": "too many sessions of this key wait for a phone; 'wagate sessions login {name}' tries again",
    "unlinked": "the phone removed this device; 'wagate sessions login {name}' links it again",
    "logged_out": "it was logged out; 'wagate sessions login {name}' links it again",
    "connection_lost": "the connection was lost; the session reconnects by itself",
    "wa_unreachable": (
        "WhatsApp cannot be reached from here; the session tries again by itself; 'wagate doctor' tells more"
    ),
    "proxy_unreachable": "the session cannot reach WhatsApp through its own proxy, and tries again by itself; "
    "choose another with 'wagate sessions settings {name} proxy=http://…', or none with 'proxy='",
    "healing": "WhatsApp stopped answering; the connection is being renewed",
    "host_lost": "the session host that holds it does not answer; see 'wagate doctor'",
}


def explain(name: str, state: dict[str, Any]) -> str:
    """What a session's reason means and what to do about it; empty when there is none."""
    reason = state["status"] if state.get("status") == "not_created" else state.get("reason")
    if not reason:
        return ""
    until = state.get("until")
    words = _REASONS.get(str(reason), str(reason))
    return words.format(name=name, until=f" until {local_time(until)}" if until else "")


def whose(state: dict[str, Any]) -> str:
    """The number and the name of the account that a session is logged in to."""
    number = f"+{state['number']}" if state.get("number") else ""
    return " ".join(part for part in (number, state.get("pushName")) if part)
