"""What became of messages and nobody was told yet: a mark in the row, set by the very write that says what became.

The mark names the outcome and the moment. Who has put it where it is told from for certain takes the mark away, unless
the row has got another one meanwhile. So an outcome is told however soon a process ends after it wrote it down.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from shared.messages.model import Failure, MessageState

OUTCOMES = frozenset({MessageState.SENT, MessageState.FAILED, MessageState.EXPIRED, MessageState.UNKNOWN})
"""The states that are told when a message comes into one; and SENT when a receipt settles one that was UNKNOWN."""
_DIGITS = 13


def mark_of(state: MessageState, at: int) -> str:
    """The mark of an outcome at this moment, milliseconds since 1970; marks sort by time."""
    return f"{at:0{_DIGITS}d}-{state.value}"


@dataclass(frozen=True, slots=True)
class Untold:
    """An outcome that was not told, with what is told of its message."""

    session_uid: str
    message_id: str
    mark: str
    to: str
    """A JID."""
    type: str
    wa_id: str | None
    failure: Failure | None
    sent_at: int | None
    """By WhatsApp's clock; milliseconds since 1970."""
    sender: str | None
    """Digits of the number that sends it."""
    client_ref: str | None
    size: int | None = None
    """Bytes of its file."""

    @property
    def at(self) -> int:
        """When it was written down; milliseconds since 1970."""
        return int(self.mark[:_DIGITS])

    @property
    def state(self) -> MessageState:
        """Which outcome it is; the row may be further by now."""
        return MessageState(self.mark[_DIGITS + 1 :])


class Mark(NamedTuple):
    """Which mark of which message."""

    session_uid: str
    message_id: str
    mark: str


class Outcomes(Protocol):
    """Where they are found, and taken off the list."""

    looks_apart: float
    """Seconds between two looks without a cause, as what a look costs here allows."""

    async def untold(self, session_uids: Collection[str], *, limit: int) -> list[Untold]:
        """Outcomes of these sessions, those of each in the order of their marks; so many at most of one session.

        A row that cannot be read is left out.
        """
        ...

    async def told(self, marks: Sequence[Mark]) -> None:
        """Take marks off messages that still have them. May be repeated.

        A power cut may bring them back.
        """
        ...
