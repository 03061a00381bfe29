"""One entry of a journal: an event of one session, and what has still to be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from shared.contracts.events import EVENT, AnyEvent, MessageReceived
from shared.contracts.shown import Poll
from shared.discreet import Discreet

Stage = Literal["applied", "published"]
"""What has to be done with an entry before it is removed: applied to the stores, published to the log of events."""
STAGES: tuple[Stage, ...] = ("applied", "published")


class _Kind(Discreet):
    kind: str


class _Written(Discreet):
    at: int


_KIND = re.compile("[a-z_]{1,64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of one session; `event` is JSON (`shared.contracts.events`)."""

    seq: int
    session_uid: str
    event: bytes
    raw: bytes | None = None
    """The protobuf of a message, as it is kept."""

    def parse(self) -> AnyEvent:
        """The event; raises ValueError when it is none this version knows."""
        return EVENT.validate_json(self.event)

    @property
    def kind(self) -> str:
        """Its kind, also of an event that only a newer version knows; raises ValueError when it says none."""
        kind = _Kind.model_validate_json(self.event).kind
        if not _KIND.fullmatch(kind):
            raise ValueError("its kind is none of an event")
        return kind

    @property
    def poll(self) -> Poll | None:
        """The poll that it asks; None when it asks none."""
        event = self.parse()
        return event.content.poll if isinstance(event, MessageReceived) else None

    @property
    def at(self) -> int:
        """When it was written, in milliseconds since 1970; raises ValueError when it says none."""
        return _Written.model_validate_json(self.event).at
