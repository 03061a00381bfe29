"""A piece of what was said before: as the library gives it, on its way to the disk, and what it tells once read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from shared.chats.on_phone import OnPhone
from shared.contracts.event import Event
from shared.contracts.events import MessageReceived
from shared.messages.changes import Change


class PieceCame(Event):
    """The phone sent a piece; its bytes go beside. It is in no journal: `session_host.history` keeps it."""

    kind: Literal["piece_came"] = "piece_came"
    number: str | None
    """Of the session's own account then."""
    lid: str | None


class PieceAnnounced(Event):
    """The phone has left a piece for the session, which the library fetches. In no journal either."""

    kind: Literal["piece_announced"] = "piece_announced"
    name: str
    """Which one: `RECENT-3`."""


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message that was said before."""

    event: MessageReceived
    raw: bytes | None
    """Its protobuf, as it is kept."""
    remarks: tuple[Change, ...] = ()
    """What was said about it since: reactions, votes, answers."""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class PastChat:
    """A chat in the phone's list of chats. None: it does not say."""

    chat: str
    """By number where that is known."""
    lid: str | None = None
    name: str | None = None
    on_phone: OnPhone | None = None


@dataclass(slots=True)
class Told:
    """What the next part of a piece tells."""

    numbers: dict[str, str] = field(default_factory=dict[str, str])
    """By LID."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """As the phone has people among its contacts, by address."""
    push_names: dict[str, str] = field(default_factory=dict[str, str])
    """What they call themselves."""
    chats: list[PastChat] = field(default_factory=list[PastChat])
    messages: list[PastMessage] = field(default_factory=list[PastMessage])
    place: int = 0
    """How many messages of the piece have been looked at by then: from there it goes on after a crash."""

    @property
    def size(self) -> int:
        """How much it tells."""
        return sum(map(len, (self.numbers, self.names, self.push_names, self.chats, self.messages)))
