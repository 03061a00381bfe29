"""What was said before a device was linked: chats with their messages, as a phone has them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Final

from sandbox.wire.nodes import Jid

_WORDS: Final = ("about", "the", "garden", "party", "on", "Sunday", "bring", "cake", "invoice", "paid", "see", "you")
_EVERY: Final = 600
"""Seconds between two messages of a chat that is made up."""


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message that was said. `sender`: who, in a group; `timestamp`: epoch seconds."""

    id: str
    text: str
    timestamp: int
    from_me: bool = False
    sender: Jid | None = None


@dataclass(frozen=True, slots=True)
class PastChat:
    """A chat, oldest message first. `number`: the other's, where `jid` is a LID; `name`: in the list of contacts."""

    jid: Jid
    number: Jid | None = None
    name: str = ""
    push_name: str = ""
    unread: int = 0
    messages: list[PastMessage] = field(default_factory=list[PastMessage])
    pinned: bool = False
    archived: bool = False
    muted_until: int = 0
    """Milliseconds since 1970; 0: it is not muted."""


def made_up(people: list[tuple[Jid, Jid]], messages: int) -> list[PastChat]:
    """Return a chat with each of these people (LID and number), the messages spread over them.

    The same every time, but for the time of day.
    """
    chance = random.Random(len(people))  # noqa: S311 - it has to be the same again
    now = int(time.time())
    chats = [
        PastChat(lid, number, f"Person {place}", f"Push {place}", unread=place % 3)
        for place, (lid, number) in enumerate(people)
    ]
    for place in range(messages):
        chat = chats[place % len(chats)]
        turn = place // len(chats)
        text = f"{' '.join(chance.choices(_WORDS, k=8))} {place}"
        at = now - _EVERY * (messages // len(chats) + 1 - turn) - place % len(chats)
        chat.messages.append(PastMessage(f"PAST{place:08X}", text, at, from_me=turn % 3 == 0))
    return chats
