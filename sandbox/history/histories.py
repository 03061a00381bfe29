"""What the phones have of the past, ready to be sent. Nothing of it is kept over a restart."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.history.chunks import Chunk


@dataclass(frozen=True, slots=True)
class History:
    """Of one phone. `inline`: the largest first piece that is put into the message itself, in bytes."""

    chats: int
    messages: int
    chunks: list[Chunk]
    inline: int


@dataclass(slots=True)
class Histories:
    """By number."""

    by_number: dict[str, History] = field(default_factory=dict[str, History])
