"""What a key is narrowed to: sessions, addresses, chats. An empty list narrows nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one key."""

    sessions: tuple[str, ...] = ()
    """Names of the sessions it may have and see."""
    addresses: tuple[str, ...] = ()
    """Networks that it may be used from."""
    chats: tuple[str, ...] = ()
    """JIDs of the chats it may write to and read."""

    def have_session(self, name: str) -> bool:
        """Whether a session of this name may be its."""
        return not self.sessions or name in self.sessions

    def have_chat(self, chat: str) -> bool:
        """Whether this chat, by its JID, may be its."""
        return not self.chats or chat in self.chats


NO_LIMITS = Limits()
