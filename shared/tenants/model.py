"""API keys: who may use the gateway. A key is a tenant; sessions and messages belong to a key's id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored; the secret itself is not. Times are milliseconds since 1970."""

    id: str
    name: str
    prefix: str
    """The first characters of the key, to recognise it by."""
    hash: str
    """`shared.ids.hash_api_key` of the key."""
    created_at: int
    active: bool = True
    scopes: tuple[str, ...] = ("*",)
    expires_at: int | None = None
    default_region: str | None = None
    """ISO 3166 country that numbers in national form belong to."""
    last_used: int | None = None
    request_count: int = 0
    max_sessions: int | None = None
    """Sessions it may have; None: as many as the gateway's setting allows."""
    warned: int = 0
    """How often it was said that it ends soon."""


@dataclass(frozen=True, slots=True)
class KeyNews:
    """Something that happened to a key, until the log of events has it."""

    key_id: str
    number: int
    """Rises within a key."""
    kind: str
    event: bytes
    """JSON (`shared.contracts.key_events`)."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What one API process saw of a key since it last wrote it down."""

    requests: int
    last_used: int
