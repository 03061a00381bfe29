"""NATS subjects: built here, nowhere else. They hold uids only, never text of a tenant."""

from __future__ import annotations

SESSIONS_WANTED = "wagate.sessions.wanted"
"""Somebody made or wants a session: shards look at the store for sessions nobody holds. Carries nothing."""
RATES = "wagate.rates"
"""What a process of the API let pass of keys with a rate: JSON, for the other ones."""
DELIVERIES_CHANGED = "wagate.deliveries"
"""There is something else to deliver than before: whoever delivers events looks at the store. Carries nothing."""


ANY_SHARD = "wagate.shards"
"""One of the shards answers, with nothing: whether there is any."""


def session_commands(uid: str) -> str:
    """Where the shard that holds a session takes its commands."""
    return f"wagate.session.{uid}"


def shard_ping(owner: str) -> str:
    """Where a shard says that it is alive."""
    return f"wagate.shard.{owner}.ping"


def shard_signs(owner: str) -> str:
    """Where a shard says when each of its sessions last sent and heard something."""
    return f"wagate.shard.{owner}.signs"


NO_SESSION = "-"
"""Stands for the session in the subject of an event that is of a key itself."""
EVERY_EVENT = "events.>"
"""What the stream of events takes."""


def session_event(key_id: str, uid: str, kind: str) -> str:
    """Where an event of a session, or of NO_SESSION, is published.

    The key's id is in it, so that NATS itself keeps keys apart.
    """
    return f"events.{key_id}.{uid}.{kind}"


def session_events(uid: str) -> str:
    """Every event of a session."""
    return f"events.*.{uid}.*"


def events_of_key_alone(key_id: str) -> str:
    """Every event of a key that is of none of its sessions."""
    return f"events.{key_id}.{NO_SESSION}.*"


def key_events(key_id: str, uid: str | None = None, kind: str | None = None) -> str:
    """Every event of a key and of its sessions, or of one of these; of every kind, or of one."""
    return f"events.{key_id}.{uid or '*'}.{kind or '*'}"


def parse_session_event(subject: str) -> tuple[str, str]:
    """The session's uid, or NO_SESSION, and the kind of the event; raises ValueError when the subject is no event's."""
    first, _, uid, kind = subject.split(".")
    if first != "events":
        raise ValueError(f"{subject} is not the subject of an event")
    return uid, kind
