"""The key itself: made, changed, revoked, about to end. They are of none of its sessions."""

from __future__ import annotations

from shared.contracts.key_events import KeyChanged, KeyExpires, KeyMade, KeyRevoked
from shared.contracts.shape import Maybe, Shape
from shared.events.declaring import Declared, Told, tells


class Key(Shape):
    """What it may do, and what it is limited to. Times are milliseconds since 1970; an empty list narrows nothing."""

    name: str
    scopes: tuple[str, ...]
    expires_at: Maybe[int] = None
    max_sessions: Maybe[int] = None
    """Sessions it may have, where that was said of it."""
    requests_per_minute: Maybe[int] = None
    """Of all processes of the API together."""
    sessions: tuple[str, ...]
    """Names of those it may have."""
    addresses: tuple[str, ...]
    """Networks it may be used from."""
    chats: tuple[str, ...]
    """JIDs of those it may write to and read."""


class Limits(Shape):
    """What it may have, and its secret. An empty list narrows nothing."""

    max_sessions: int | None
    """Null: as many as the gateway's setting allows."""
    requests_per_minute: Maybe[int] = None
    """Of all processes of the API together."""
    sessions: tuple[str, ...]
    """Names of those it may have."""
    addresses: tuple[str, ...]
    """Networks it may be used from."""
    chats: tuple[str, ...]
    """JIDs of those it may write to and read."""
    prefix: Maybe[str] = None
    """What its newest secret begins with."""
    old_secrets_until: tuple[int, ...]
    """When those before end, in milliseconds since 1970."""


class Revocation(Shape):
    """Which it was."""

    name: str


class Expiry(Shape):
    """When it ends."""

    expires_at: int
    """Milliseconds since 1970."""


MADE = Declared(
    "key.made",
    "The key was made.",
    Key(
        name="shop",
        scopes=("messages:send", "messages:read"),
        expires_at=1_827_489_600_000,
        max_sessions=5,
        requests_per_minute=600,
        sessions=("sales",),
        addresses=("203.0.113.0/24",),
        chats=(),
    ),
)
CHANGED = Declared(
    "key.changed",
    "The key has new limits or a new secret. `data` is the key as it is now.",
    Limits(
        max_sessions=5,
        requests_per_minute=600,
        sessions=("sales",),
        addresses=("203.0.113.0/24",),
        chats=(),
        prefix="wa_3fK9",
        old_secrets_until=(1_827_489_600_000,),
    ),
)
REVOKED = Declared(
    "key.revoked",
    "The key no longer works, not even for this log. So only webhooks and forwarders get this event.",
    Revocation(name="shop"),
)
EXPIRING = Declared(
    "key.expiring",
    "The key expires in 7 days; and again when it expires in a day. For a key with a shorter life it comes at once. "
    "On AWS Lambda it comes with the next request to the API.",
    Expiry(expires_at=1_827_489_600_000),
)


@tells(KeyMade)
def made(event: KeyMade) -> Told:
    """As it is."""
    return MADE.of(
        Key(
            name=event.name,
            scopes=event.scopes,
            expires_at=event.expires_at,
            max_sessions=event.max_sessions,
            requests_per_minute=event.requests_per_minute,
            sessions=event.sessions,
            addresses=event.addresses,
            chats=event.chats,
        )
    )


@tells(KeyChanged)
def changed(event: KeyChanged) -> Told:
    """As it is."""
    return CHANGED.of(
        Limits(
            max_sessions=event.max_sessions,
            requests_per_minute=event.requests_per_minute,
            sessions=event.sessions,
            addresses=event.addresses,
            chats=event.chats,
            prefix=event.prefix,
            old_secrets_until=event.old_secrets_until,
        )
    )


@tells(KeyRevoked)
def revoked(event: KeyRevoked) -> Told:
    """As it is."""
    return REVOKED.of(Revocation(name=event.name))


@tells(KeyExpires)
def expires(event: KeyExpires) -> Told:
    """As it is."""
    return EXPIRING.of(Expiry(expires_at=event.expires_at))
