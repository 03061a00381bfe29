"""What the phones have of the past, ready to be sent. Nothing of it is kept over a restart."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.history.chunks import Chunk
from sandbox.history.past import PastChat


@dataclass(frozen=True, slots=True)
class History:
    """Of one phone: `past` is all of it. `inline`: the largest piece that is put into a message itself, in bytes."""

    chats: int
    messages: int
    chunks: list[Chunk]
    inline: int
    past: list[PastChat]

    def chat(self, jid: str) -> PastChat | None:
        """Return the chat with this address, by number or by LID; None when there is none."""
        return next((chat for chat in self.past if jid in (str(chat.jid), str(chat.number))), None)


@dataclass(slots=True)
class Histories:
    """By number."""

    by_number: dict[str, History] = field(default_factory=dict[str, History])
