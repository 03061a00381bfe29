"""What a session is doing, and what it is to do."""

from __future__ import annotations

from typing import Literal

from shared.contracts.commands.command import Command, Done, Reply


class StatusReply(Reply):
    """What the session is doing now; the fields of `shared.sessions.model.SessionReport`."""

    status: str
    reason: str | None = None
    since: int
    until: int | None = None
    next_try: int | None = None
    number: str | None = None
    lid: str | None = None
    push_name: str | None = None
    unlinked: bool | None = None
    """Whether the phone has forgotten the device, once that was asked for."""
    not_unlinked: str | None = None
    """Why it has not."""
    settings: tuple[str, ...] | None = None
    """The names of the settings that its host goes by: an older one does not know all of them, or does not say."""


class ReadStatus(Command[StatusReply]):
    """Say what the session is doing."""

    kind: Literal["read_status"] = "read_status"


class HealthReply(StatusReply):
    """What the session is doing, and when it last showed that it lives; milliseconds since 1970.

    None: not since its host has it.
    """

    acknowledged_at: int | None = None
    """When WhatsApp last acknowledged a message."""
    unacknowledged_at: int | None = None
    """When it last did not, in time."""
    heard_at: int | None = None
    """When something last came from WhatsApp by itself."""
    unheard_at: int | None = None
    """When nothing had come that should have."""


class ReadHealth(Command[HealthReply]):
    """Say what has been seen of the session's connection."""

    kind: Literal["read_health"] = "read_health"


class Restart(Command[StatusReply]):
    """Disconnect and connect again."""

    kind: Literal["restart"] = "restart"


class Reconsider(Command[StatusReply]):
    """Read what is wanted of the session from the store and do it (start, stop, delete); answer when done."""

    kind: Literal["reconsider"] = "reconsider"


class Release(Command[Done]):
    """Give the session up: finish what is under way, disconnect, and let another shard have it.

    Answered when it is given up or certainly will be; that the other one has connected it is not waited for.
    """

    kind: Literal["release"] = "release"
    to: str | None = None
    """The shard that is to have it; any that has room when it is None."""
