"""API keys: who may use the gateway. A key is a tenant; sessions and messages belong to a key's id."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.tenants.limits import NO_LIMITS, Limits

MOST_SECRETS = 4
"""Secrets of a key that may work at a time."""


@dataclass(frozen=True, slots=True)
class OldSecret:
    """One that another took the place of."""

    hash: str
    until: int
    """Milliseconds since 1970 up to which it works."""


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
    limits: Limits = NO_LIMITS
    per_minute: int | None = None
    """Requests it may make in a minute; None: as many as it wants."""
    old_secrets: tuple[OldSecret, ...] = ()
    """Those before, the newest first, of which each works until its time."""
    version: int = 0
    """Rises with every `ApiKeys.change`."""

    @property
    def unlimited(self) -> ApiKey:
        """The same as whoever runs the gateway sees it: all that is the key's."""
        return replace(self, limits=NO_LIMITS)

    def works_until(self, key_hash: str) -> int | None:
        """Until when a secret of its works; None for the newest, which ends with the key. 0 for one it has not."""
        if key_hash == self.hash:
            return None
        return next((old.until for old in self.old_secrets if old.hash == key_hash), 0)


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
