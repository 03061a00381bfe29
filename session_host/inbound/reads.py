"""Tells WhatsApp that messages were read, for sessions that chose so: those of a chat together.

What is to be told is in the journal until it was. A crash may have it told twice, which changes nothing.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import structlog

from session_host.inbound.acting import Acting
from session_host.whatsapp.client import NotSent
from shared.backoff import Backoff
from shared.chats.model import place_at
from shared.chats.ports import Chats
from shared.contracts.commands.messages import MarkRead
from shared.contracts.own_events import MessagesToRead
from shared.jids import GROUP, LID, PHONE
from shared.messages.received import InboundMessage

_log = structlog.get_logger()

_TOGETHER = 0.3
"""Seconds in which messages that come together are told of together."""
_AT_ONCE = 100
_SAID_WITHIN = 5.0
_TRIES = 5
"""Times that WhatsApp may refuse it, or say nothing, while the session is connected."""
_TOLD_WITHIN_MS = 24 * 3_600_000
_FIRST_PAUSE, _LAST_PAUSE = 1.0, 10.0
_CHATS = (f"@{PHONE}", f"@{LID}", f"@{GROUP}")
_NOT_SEEN = "unavailable"


def to_read(rows: Iterable[InboundMessage], at: int) -> list[tuple[str, MessagesToRead]]:
    """What is to be told of messages that are in the inbox, with their sessions: of those that others wrote to it."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        sender = row.from_lid or (f"{row.from_number}@{PHONE}" if row.from_number else None)
        if sender is None or row.from_me or row.type == _NOT_SEEN or not row.chat.endswith(_CHATS):
            continue
        found.setdefault((row.session_uid, row.chat, sender), []).append(row.id)
    return [
        (uid, MessagesToRead(at=at, chat=chat, sender=sender, message_ids=tuple(ids)))
        for (uid, chat, sender), ids in found.items()
    ]


class _Waiting(NamedTuple):
    """One entry, and its number in the journal."""

    session_uid: str
    chat: str
    sender: str
    seq: int
    ids: tuple[str, ...]
    at: int
    tries: int = 0


class Reads:
    """Of one shard."""

    def __init__(self, sessions: Acting, chats: Chats, clock: Callable[[], int]) -> None:
        """`clock`: milliseconds since 1970."""
        self._sessions = sessions
        self._chats = chats
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._left: list[_Waiting] = []
        """Tried, and to be tried again."""
        self._there = asyncio.Event()
        self.on_done: Callable[[int], None] = lambda _seq: None
        """Told the journal's number of each entry that is done with."""

    def take(self, seq: int, session_uid: str, event: MessagesToRead) -> None:
        """Have it told. One that waits stays in the journal."""
        self._waiting.append(_Waiting(session_uid, event.chat, event.sender, seq, event.message_ids, event.at))
        self._there.set()

    def forget(self, session_uid: str) -> None:
        """Drop those of a session that is being deleted."""
        self._waiting = [each for each in self._waiting if each.session_uid != session_uid]
        self._left = [each for each in self._left if each.session_uid != session_uid]

    async def run(self) -> None:
        """Tell what is there, until cancelled. What one session cannot tell now holds up no other."""
        clock, backoff, due = asyncio.get_running_loop().time, Backoff(_FIRST_PAUSE, _LAST_PAUSE), math.inf
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(None if due == math.inf else due):
                    await self._there.wait()
            await asyncio.sleep(_TOGETHER)
            self._there.clear()
            again = clock() >= due
            waiting, self._waiting = self._waiting, []
            if again:
                waiting, self._left = self._left + waiting, []
            await self._tell_all(waiting)
            if not self._left:
                backoff.succeeded()
                due = math.inf
            elif again or due == math.inf:
                due = clock() + backoff.after_failure()

    async def _tell_all(self, waiting: list[_Waiting]) -> None:
        waiting.sort(key=attrgetter("session_uid", "chat", "sender", "seq"))
        of_sessions = [list(group) for _, group in groupby(waiting, attrgetter("session_uid"))]
        for left in await asyncio.gather(*map(self._tell, of_sessions)):
            self._left += left

    async def _tell(self, waiting: list[_Waiting]) -> list[_Waiting]:
        """Tell what waits of one session; what is to be tried again."""
        uid = waiting[0].session_uid
        if self._sessions.whose(uid) is None:  # whoever holds it now has what came since
            self._done(waiting)
            return []
        left: list[_Waiting] = []
        for _, group in groupby(waiting, attrgetter("chat", "sender")):
            for some in _parts(list(group)):
                left += await self._try(uid, some)
        return left

    async def _try(self, uid: str, some: Sequence[_Waiting]) -> list[_Waiting]:
        ids = tuple(dict.fromkeys(id_ for each in some for id_ in each.ids))
        try:
            said = MarkRead(chat=some[0].chat, sender=some[0].sender, message_ids=ids)
            await self._sessions.ask(uid, said, within=_SAID_WITHIN)
            await self._chats.mark_read(uid, said.chat, place_at(max(each.at for each in some)))
        except NotSent:
            again = list(some)  # it is not connected
        except Exception as error:  # noqa: BLE001 - whatever it is: it must not end the shard
            _log.info("not_told_read", session=uid, messages=len(ids), error=repr(error))
            again = [each._replace(tries=each.tries + 1) for each in some]
        else:
            again = []
        again = [each for each in again if each.tries < _TRIES and self._clock() - each.at < _TOLD_WITHIN_MS]
        kept = {each.seq for each in again}
        self._done(each for each in some if each.seq not in kept)
        return again

    def _done(self, entries: Iterable[_Waiting]) -> None:
        for each in entries:
            self.on_done(each.seq)


def _parts(waiting: list[_Waiting]) -> Iterable[list[_Waiting]]:
    """So many messages at once, or the entry that alone has more."""
    part: list[_Waiting] = []
    for each in waiting:
        if part and sum(len(one.ids) for one in part) + len(each.ids) > _AT_ONCE:
            yield part
            part = []
        part.append(each)
    if part:
        yield part
