"""What happened to an API key itself."""

from __future__ import annotations

from typing import Literal

from shared.contracts.event import Event


class KeyMade(Event):
    """It is there."""

    kind: Literal["key_made"] = "key_made"
    name: str
    scopes: tuple[str, ...]
    expires_at: int | None = None
    """Milliseconds since 1970, as everywhere here."""
    max_sessions: int | None = None
    requests_per_minute: int | None = None
    sessions: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    """What it is narrowed to; empty: to nothing."""


class KeyChanged(Event):
    """It may have something else, or has another secret."""

    kind: Literal["key_changed"] = "key_changed"
    max_sessions: int | None
    requests_per_minute: int | None = None
    sessions: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    """What it is narrowed to; empty: to nothing."""
    prefix: str | None = None
    """What its newest secret begins with."""
    old_secrets_until: tuple[int, ...] = ()


class KeyRevoked(Event):
    """It opens nothing any more."""

    kind: Literal["key_revoked"] = "key_revoked"
    name: str


class KeyExpires(Event):
    """It will open nothing any more soon."""

    kind: Literal["key_expires"] = "key_expires"
    expires_at: int
