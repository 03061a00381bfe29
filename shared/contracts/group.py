"""A group as it is shown, and WhatsApp's limits for one."""

from __future__ import annotations

from typing import Literal

from shared.contracts.shape import Maybe, Shape

LONGEST_SUBJECT = 100
LONGEST_DESCRIPTION = 2_048
"""Characters, as WhatsApp's own clients count and refuse them."""
MOST_MEMBERS = 1_024
TIMERS = (0, 86_400, 604_800, 7_776_000)
"""Seconds after which messages may disappear: never, a day, a week, 90 days."""


class Member(Shape):
    """Somebody in a group."""

    number: Maybe[str] = None
    lid: Maybe[str] = None
    admin: Literal["admin", "superadmin"] | None = None
    """`superadmin`: who made the group."""


class Owner(Shape):
    """Who made a group."""

    number: Maybe[str] = None
    lid: Maybe[str] = None


class Community(Shape):
    """What a group has to do with a community."""

    parent: Maybe[str] = None
    """The community that it belongs to, by its JID."""
    is_parent: Maybe[bool] = None
    """It is a community itself."""
    announcements: Maybe[bool] = None
    """The group where the community's admins write to everybody."""


class Group(Shape):
    """A group; in lists without its members."""

    jid: str
    subject: str
    description: Maybe[str] = None
    owner: Maybe[Owner] = None
    created_at: Maybe[int] = None
    """Milliseconds since 1970; up to a minute wrong, since the library rounds it."""
    announce: bool = False
    """Only admins may write."""
    locked: bool = False
    """Only admins may change what the group is called and looks like."""
    ephemeral: int = 0
    """Seconds after which messages disappear; 0: they stay."""
    community: Maybe[Community] = None
    size: int
    participants: Maybe[tuple[Member, ...]] = None
    invite_link: Maybe[str] = None
