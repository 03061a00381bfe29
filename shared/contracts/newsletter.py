"""A newsletter (channel) as it is shown, what is posted in it, and WhatsApp's limits for one."""

from __future__ import annotations

from typing import Literal

from shared.contracts.shape import Maybe, Shape

LONGEST_NAME = 100
LONGEST_DESCRIPTION = 2_048
"""Characters, as WhatsApp's own clients count and refuse them."""


class Newsletter(Shape):
    """A newsletter, as the session's number sees it."""

    jid: str
    name: str
    description: Maybe[str] = None
    created_at: Maybe[int] = None
    """Milliseconds since 1970."""
    followers: int
    """How many; its owner is not counted."""
    role: Literal["owner", "admin", "follower", "guest"]
    """What the session's number is in it."""
    muted: bool = False
    verified: bool = False
    invite_link: Maybe[str] = None


class PostReaction(Shape):
    """How many reacted with an emoji."""

    emoji: str
    count: int


class Post(Shape):
    """Something posted in a newsletter. The library tells neither its id nor when it was posted."""

    server_id: int
    """Its number in the newsletter, which `react` takes."""
    type: str
    message: str | None = None
    """Its visible text."""
    views: int = 0
    reactions: tuple[PostReaction, ...] = ()
