"""Where chats are read, as those who use them see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from shared.chats.model import Chat, ChatFacts, ChatsPage, TimelinePage
from shared.messages.received import InboundMessage

Drop = Callable[[Sequence[str]], Awaitable[None]]
"""Removes files by their ids."""


class Chats(Protocol):
    """The chats of sessions: what is in their inboxes, and what was sent from here, put together when it is read.

    A person's chat is named by number or by LID; where both are known to be of one person, either finds the chat. What
    was sent into it can be a little behind where a store says so.
    """

    async def learn(self, session_uid: str, facts: Sequence[ChatFacts]) -> None:
        """Keep what is told of chats. May be repeated; the last word counts."""
        ...

    async def addresses(self, session_uid: str, chat: str) -> tuple[str, ...]:
        """Every address of a chat that is known, first the one that names it. A chat without messages has its own."""
        ...

    async def page(
        self, session_uid: str, *, limit: int, before: str | None = None, search: str | None = None
    ) -> ChatsPage:
        """Chats that have messages, by the newest of them, after the cursor when one is given.

        Args:
            session_uid: whose.
            limit: chats at most.
            before: the `next` of the page before.
            search: what their name or number has to contain, in whichever case.

        Raises:
            NotSupported: this store cannot search.
        """
        ...

    async def get(self, session_uid: str, chat: str) -> Chat | None:
        """A chat; None when there is no message in it."""
        ...

    async def messages(self, session_uid: str, chat: str, *, limit: int, before: str | None = None) -> TimelinePage:
        """Messages of a chat, the newest first, older than the cursor when one is given."""
        ...

    async def unread(self, session_uid: str, chat: str) -> list[InboundMessage]:
        """Those messages of a chat that count as unread, the newest first; up to `MOST_UNREAD`."""
        ...

    async def mark_read(self, session_uid: str, chat: str, upto: str) -> None:
        """Note that everything in a chat up to this place was read."""
        ...

    async def remove(self, session_uid: str, chat: str, upto: str, drop: Drop) -> None:
        """Remove a chat up to this place: what arrived for good, and what was sent is not shown any more.

        What was sent is removed with its age: until then its row decides that it is not sent twice. The name goes too.
        `drop` is given the files of what is about to be removed. May be repeated.
        """
        ...

    async def search(
        self, session_uid: str, text: str, *, limit: int, chat: str | None = None, before: str | None = None
    ) -> TimelinePage:
        """Messages with all of these words, or what begins with them, in all chats or one, the newest first.

        Raises:
            NotSupported: this store cannot search.
        """
        ...

    async def make_searchable(self, session_uid: str) -> bool:
        """Do a part of what the next search would wait for; whether there is more. A search does what is left.

        False at once where the store cannot search.
        """
        ...

    async def clear(self, session_uid: str) -> None:
        """Forget names and what was read, with the messages that `Inbox.clear` removes. What was removed stays so."""
        ...

    async def delete_of(self, session_uid: str) -> None:
        """Forget everything of a session. May be repeated."""
        ...
