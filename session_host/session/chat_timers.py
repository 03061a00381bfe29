"""The disappearing timers of chats: what is sent into such a chat has to say the timer, or it stays there for ever."""

from __future__ import annotations

from shared.contracts.events import TimerSet
from shared.jids import Jid
from shared.messages.model import ChatTimer
from shared.messages.ports import Messages

_MOST = 5_000
"""Chats with a timer that are known of a session; the one heard of longest ago is forgotten first."""


class ChatTimers:
    """Of every session a shard holds: kept in the store, and read from memory when something is sent."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._of: dict[str, dict[str, ChatTimer]] = {}

    async def load(self, session_uid: str) -> None:
        """Read what is known of a session, before it sends. Raises StoreUnavailable."""
        timers = await self._messages.timers_of(session_uid)
        newest = sorted(timers, key=lambda timer: timer.set_at)[-_MOST:]
        self._of[session_uid] = {timer.chat: timer for timer in newest}

    def forget(self, session_uid: str) -> None:
        """A session is held no more."""
        self._of.pop(session_uid, None)

    async def learn(self, session_uid: str, event: TimerSet) -> None:
        """Keep what a message said. Raises StoreUnavailable."""
        for chat in event.chats:
            timer = ChatTimer(session_uid, event.own, chat, event.seconds, event.set_at)
            known = self._of.get(session_uid)
            if not _is_news(timer, known.get(chat) if known is not None else None):
                continue
            await self._messages.set_timer(timer)
            if known is not None:
                known.pop(chat, None)
                known[chat] = timer
                if len(known) > _MOST:
                    del known[next(iter(known))]

    def of(self, session_uid: str, own: str | None, chat: Jid) -> ChatTimer | None:
        """The timer that a session with this number sends with; None when the chat has none."""
        timer = self._of.get(session_uid, {}).get(str(chat))
        return timer if timer is not None and timer.own == own and timer.seconds else None


def _is_news(timer: ChatTimer, before: ChatTimer | None) -> bool:
    """Whether it says something else than what is known of the chat. Another number's chats are other ones."""
    if before is None or before.own != timer.own:
        return True
    return timer.set_at >= before.set_at and timer.seconds != before.seconds
