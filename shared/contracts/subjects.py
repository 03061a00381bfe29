"""NATS subjects: built here, nowhere else. They hold uids only, never text of a tenant."""

from __future__ import annotations

SESSIONS_WANTED = "wagate.sessions.wanted"
"""Somebody made or wants a session: shards look at the store for sessions nobody holds. Carries nothing."""


def session_commands(uid: str) -> str:
    """Where the shard that holds a session takes its commands."""
    return f"wagate.session.{uid}"


def shard_ping(owner: str) -> str:
    """Where a shard says that it is alive."""
    return f"wagate.shard.{owner}.ping"
