"""What the sessions of a key were asked to send, the newest first."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from shared.messages.model import MessageState, OutboundMessage
from shared.messages.send_log import SendLog

MOST_SESSIONS: Final = 20
"""Of how many sessions one page can be: each is a question to the store."""
_LOOKED_AT: Final = 1_000
"""Messages that are looked at for one page, however few of them are meant."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them are meant."""

    states: Collection[MessageState] = ()
    """None: all."""
    digits: str = ""
    """What their recipient's address has in it."""

    def means(self, message: OutboundMessage) -> bool:
        """Whether it is one of them."""
        return (not self.states or message.state in self.states) and self.digits in message.to


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some of them; `next` is where older ones begin, None at the end."""

    messages: Sequence[OutboundMessage]
    next: str | None


async def sends_of(
    log: SendLog, session_uids: Sequence[str], wanted: Wanted, *, limit: int, before: str | None = None
) -> LogPage:
    """A page of at most `limit`; shorter, with a `next`, where those that are meant are few among many."""
    found: list[OutboundMessage] = []
    looked_at = 0
    while looked_at < _LOOKED_AT:
        pages = await asyncio.gather(*(log.newest(uid, limit=limit, before=before) for uid in session_uids))
        newest = sorted((message for page in pages for message in page), key=lambda message: message.id, reverse=True)
        for message in newest[:limit]:
            before, looked_at = message.id, looked_at + 1
            if wanted.means(message):
                found.append(message)
            if len(found) == limit:
                return LogPage(found, before)
        if len(newest) < limit:
            return LogPage(found, None)
    return LogPage(found, before)
