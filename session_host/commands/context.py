"""What a command's handler is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from session_host.auth_sync.keeper import AuthKeeper
from session_host.ownership.holding import Holding


@dataclass(frozen=True, slots=True)
class Context:
    """One command on one session."""

    holding: Holding
    auth: AuthKeeper
    """Has the session's auth folder."""
    reconsider: Callable[[], Awaitable[None]]
    """Do what the session's row wants of it."""
    admit_login: Callable[[], None]
    """Let it wait for a phone; raises TooManyLogins."""
    move: Callable[[str | None], Awaitable[None]]
    """Give the session up, to this shard or to any."""
    time_left: float
    """Seconds in which the asker still waits for an answer."""
    deadline: int
    """When the asker gives up; milliseconds since 1970."""
