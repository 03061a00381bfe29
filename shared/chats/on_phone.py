"""How a phone has a chat, as it says once: with what was said before."""

from __future__ import annotations

from pydantic import ConfigDict

from shared.discreet import Discreet


class OnPhone(Discreet):
    """A chat in the phone's list of chats, when it told what was said before. It does not say when that changes."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    unread: int = 0
    """Messages that nobody had read there."""
    marked_unread: bool = False
    """By hand."""
    pinned: bool = False
    archived: bool = False
    muted: bool = False
    muted_until: int | None = None
    """Milliseconds since 1970; None of one that is muted: until somebody changes it."""
