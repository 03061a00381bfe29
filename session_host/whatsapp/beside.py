"""What goes with the content of a message: what it answers or is about, who is mentioned, the timer of its chat."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.about import Look, Preview
from shared.messages.model import ChatTimer


@dataclass(frozen=True, slots=True)
class Referred:
    """A message that another one answers, or is about."""

    id: str
    """WhatsApp's."""
    chat: str
    """A JID: what the chat is called when one speaks of this message."""
    type: str
    """As in `shared.contracts.shown.TYPES`, or of one of ours that of its content."""
    from_me: bool
    author: str
    """A JID."""
    authors: tuple[str, ...]
    """Every address of its author that is known, a LID first: what is sealed goes by it."""
    message: bytes
    """A `waE2E.Message`, the content alone; empty where it is not known."""
    secret: bytes
    """What is said about it is sealed with this; empty where it is not known."""
    sent_at: int
    """Milliseconds since 1970."""
    options: tuple[str, ...] = ()
    """Of somebody's poll: those that were added too."""


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it, of one message."""

    timer: ChatTimer | None = None
    quoted: Referred | None = None
    mentions: tuple[str, ...] = ()
    """JIDs."""
    forwarded: bool = False
    target: Referred | None = None
    """What it is about."""
    preview: Preview | None = None
    """What is shown of a text's link."""
    thumbnail: bytes = b""
    """A small JPEG of its picture."""
    look: Look | None = None
    """How it looks as a status post."""
    album: Referred | None = None
    """What it is part of."""
    me: str = ""
    """The session's own address, a LID where it has one."""
