"""What happened to groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

from pydantic import ConfigDict

from shared.contracts.event import AboutPeople, Person
from shared.discreet import Discreet

GroupChangeKind = Literal[
    "subject", "description", "announce", "locked", "ephemeral", "add", "remove", "promote", "demote", "invite_link",
    "deleted", "link", "unlink", "join_requested", "join_request_withdrawn", "member_add_mode", "join_approval",
    "picture", "other",
]  # fmt: skip


class GroupChange(Discreet):
    """One thing that is otherwise now. `other`: WhatsApp says that something is, and the library not what."""

    model_config = ConfigDict(frozen=True)

    what: GroupChangeKind
    value: str | int | bool | None = None
    """What it is now: a text, whether it is so, seconds, or the address of another group."""
    people: tuple[Person, ...] = ()
    reason: str | None = None
    """WhatsApp's word for why, where it gives one: `invite`, `linked_group_join`."""


class GroupChanged(AboutPeople):
    """Something about a group is otherwise."""

    kind: Literal["group_changed"] = "group_changed"
    group: str
    """Its JID."""
    timestamp: int
    """Seconds since 1970, WhatsApp's."""
    by: Person | None = None
    """Who did it, where that is known."""
    changes: tuple[GroupChange, ...]

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced."""
        changes = tuple(
            change.model_copy(update={"people": tuple(map(each, change.people))}) if change.people else change
            for change in self.changes
        )
        return self.model_copy(update={"by": each(self.by) if self.by else None, "changes": changes})


class GroupJoined(AboutPeople):
    """The session's number is in a group: it made the group, was added to it, or joined."""

    kind: Literal["group_joined"] = "group_joined"
    group: str
    """Its JID."""
    subject: str
    size: int
    """How many members it has."""
    reason: str | None = None
    """WhatsApp's word for why, where it gives one: `invite`."""
    by: Person | None = None

    def with_people(self, each: Callable[[Person], Person]) -> Self:
        """The same with every person of it replaced."""
        return self.model_copy(update={"by": each(self.by) if self.by else None})
