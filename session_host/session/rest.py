"""Which rests outlast a restart of the host."""

from __future__ import annotations

from shared.sessions.model import SessionReport, SessionStatus

_KEPT_FAILURES = frozenset({"replaced", "qr_expired", "pairing_failed", "passkey_required"})


def must_rest(previous: SessionReport, *, paired: bool, now: int) -> bool:
    """Whether what ended the session before a restart still holds.

    A device that was replaced by another socket never fights back by itself, and a ban lasts. An outdated client or a
    refused login is tried again: the host may have been upgraded meanwhile.
    """
    if previous.status is not SessionStatus.FAILED:
        return False
    if previous.reason == "temporary_ban":
        return paired and previous.until is not None and previous.until > now
    return previous.reason in _KEPT_FAILURES and (paired or previous.reason != "replaced")
