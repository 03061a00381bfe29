"""A session: one WhatsApp number of a key, its wanted and its reported state."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SessionStatus(StrEnum):
    """What a session is doing, as callers see it (http-api: status names)."""

    STARTING = "starting"
    QR_READY = "qr_ready"
    PAIRING = "pairing"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    LOGGED_OUT = "logged_out"
    STOPPED = "stopped"
    FAILED = "failed"


TOO_MANY_LOGINS = "too_many_logins"
"""The reason of a session that was stopped at once, since its key has too many that wait for a phone."""
UNLINK_PENDING = "unlink_pending"
"""Why a session is `logged_out` whose phone still has the device: the reason in its report."""


class Desired(StrEnum):
    """What the owner of the key wants of a session."""

    RUNNING = "running"
    STOPPED = "stopped"
    DELETED = "deleted"
    """Its host logs it out, removes everything and then the row; nobody sees it any more."""


def yet_to_come(at: int | None, now: int) -> int | None:
    """A time for people to wait for: what was to be before now is under way, and is now."""
    return None if at is None else max(at, now)


@dataclass(frozen=True, slots=True)
class SessionReport:
    """What a host last said of a session. Times are milliseconds since 1970."""

    status: SessionStatus = SessionStatus.STARTING
    reason: str | None = None
    """Why, when the status alone does not say: replaced, temporary_ban, qr_expired, wa_unreachable, …"""
    since: int = 0
    """When it came into this status."""
    until: int | None = None
    """When a temporary state ends by itself (the end of a ban)."""
    next_try: int | None = None
    """When a connection is tried again."""
    number: str | None = None
    lid: str | None = None
    push_name: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One row of the store."""

    uid: str
    key_id: str
    name: str
    created_at: int
    desired: Desired = Desired.RUNNING
    owner: str | None = None
    """The shard that holds it, or None."""
    epoch: int = 0
    """Rises with every claim: what an earlier owner says is refused by it."""
    report: SessionReport = SessionReport()
    unlink_since: int | None = None
    """When it was logged out or deleted, milliseconds since 1970; None once its phone has forgotten the device."""
    settings: str | None = field(default=None, repr=False)
    """What was chosen for it (`shared.sessions.chosen`); None: nothing."""
    settings_version: int = 0
    """Rises with every change of the settings."""
    history: str | None = None
    """How far it has come with what was said before (`shared.sessions.history`); None: nothing of it ever came."""


@dataclass(frozen=True, slots=True)
class Held:
    """That a shard holds a session, and what is wanted of it: what a comparison needs of its row."""

    uid: str
    epoch: int
    desired: Desired
    unlink: bool = False
    """Whether its device is still to be removed from the phone."""
    settings_version: int = 0
