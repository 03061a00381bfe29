"""What people were offered in words a short while ago: a bare number in a chat answers the last of it there.

A shard remembers that until it ends; an answer that quotes what was offered needs no memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from cachetools import TTLCache

from shared.contracts.content.choices import Choosable
from shared.contracts.content.kind import Content
from shared.jids import Jid

_REMEMBERED_FOR = 7 * 86_400.0
_AT_MOST = 10_000


class Offer(NamedTuple):
    """One of them, and WhatsApp's id of its message."""

    wa_id: str
    content: Choosable


class Offers:
    """Those of a shard's sessions, by session and chat; used on the event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._last: TTLCache[tuple[str, str], Offer] = TTLCache(_AT_MOST, _REMEMBERED_FOR, clock)

    def sent(self, uid: str, chat: Jid, wa_id: str, content: Content) -> None:
        """Remember a message that a session sent, if it offers something in words."""
        if isinstance(content, Choosable) and content.fallback == "text":
            self._last[uid, str(chat)] = Offer(wa_id, content)

    def last(self, uid: str, chats: Iterable[str]) -> Offer | None:
        """What was offered last in a chat, by any of its addresses."""
        return next((offer for chat in chats if (offer := self._last.get((uid, chat))) is not None), None)
