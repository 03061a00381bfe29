"""One session's presence: how it shows itself, and what it has been told of others.

WhatsApp keeps neither over a connection: whom a session follows, and that it is available, are said again.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol

from session_host.whatsapp.client import NotSent
from session_host.whatsapp.own_questions import FollowPresence, TellPresence, TellTyping
from shared.backoff import Backoff
from shared.contracts.commands.command import Question, R
from shared.contracts.commands.presence import PresenceReply
from shared.contracts.people_events import PresenceChanged
from shared.errors import WagateError
from shared.jids import Jid

TOLD_WITHIN = 2.0
"""Seconds in which WhatsApp tells of somebody whom one has begun to follow, if it tells at all."""
_SAID_WITHIN = 5.0
_WRITES_FOR = 30.0
"""Seconds after which somebody who was writing no longer is, if nothing was heard: as phones take it."""
_MOST_PEOPLE = 1_000
_FIRST_RETRY, _LAST_RETRY, _TRIES = 0.5, 10.0, 12


class Asks(Protocol):
    """Who asks WhatsApp (`session_host.session.questions.Questions`)."""

    async def ask(self, question: Question[R], *, within: float) -> R:
        """What it answers."""
        ...


class Presence:
    """Of one session. Made and used on one event loop; `close` ends it."""

    def __init__(self, questions: Asks, clock: Callable[[], float] = time.time, *, always: bool = False) -> None:
        """`clock` counts seconds since 1970; `always` as in `stay`."""
        self._questions = questions
        self._clock = clock
        self._always = always
        self.available = always
        """Whether the session is to be seen as available."""
        self._told: OrderedDict[str, PresenceReply] = OrderedDict()
        """By address."""
        self._followed = set[str]()
        """Everybody who is followed, as they were asked for."""
        self._same = dict[str, tuple[str, ...]]()
        """All addresses of everybody who was followed once, by each of them."""
        self._news = asyncio.Event()
        self._saying: asyncio.Task[None] | None = None
        self._typing = dict[str, asyncio.Task[None]]()
        """By chat: what ends it."""

    # How the session shows itself

    async def show(self, *, available: bool, within: float) -> None:
        """Be seen as available from now on, or no longer. Raises NoPushName, and what `Questions.ask` does."""
        await self._questions.ask(TellPresence(available=available), within=within)
        self.available = available

    def stay(self, *, always: bool) -> None:
        """Be seen as available whenever it is connected, from now on; or no longer, but for when that is asked."""
        if always != self._always:
            self._always = self.available = always
            self._begin_to_say()

    def connected(self) -> None:
        """The session has connected: nobody is followed any more, and what it shows is said again."""
        self._followed.clear()
        self.available = self.available or self._always
        if self.available:
            self._begin_to_say()

    async def write(self, chat: Jid, *, on: bool, recording: bool, seconds: float, within: float) -> None:
        """Be seen writing, or recording, for so many seconds, or no longer. Raises as `Questions.ask`."""
        await self._questions.ask(TellTyping(jid=str(chat), on=on, recording=recording), within=within)
        ending = self._typing.pop(str(chat), None)
        if ending is not None:
            ending.cancel()
        if on:
            self._typing[str(chat)] = asyncio.create_task(self._end(chat, seconds), name="end of typing")

    async def write_first(self, chat: Jid, seconds: float, *, recording: bool) -> None:
        """Be seen writing for so many seconds, before a message that ends it. Where nobody sees it nothing changes."""
        with suppress(NotSent, WagateError):
            await self._questions.ask(TellTyping(jid=str(chat), on=True, recording=recording), within=_SAID_WITHIN)
        await asyncio.sleep(seconds)

    # What it is told of others

    async def of(self, jid: Jid, *, within: float) -> PresenceReply:
        """What is known of somebody, who is followed from now on. Raises what `Questions.ask` does."""
        addresses = self._same.get(str(jid), ())
        if str(jid) not in self._followed:
            person = (await self._questions.ask(FollowPresence(jid=str(jid)), within=within)).person
            number = f"{person.number}@s.whatsapp.net" if person.number else None
            addresses = tuple(filter(None, (str(jid), number, person.lid)))
            self._followed.add(str(jid))
            self._same |= dict.fromkeys(addresses, addresses)
            await self._told_of(addresses, self._clock())
        return self._known(addresses)

    def learn(self, event: PresenceChanged) -> None:
        """WhatsApp said something of somebody."""
        number = f"{event.who.number}@s.whatsapp.net" if event.who.number else None
        addresses = tuple(filter(None, (number, event.who.lid)))
        addresses = next((self._same[each] for each in addresses if each in self._same), addresses)
        before = self._known(addresses)
        at = event.at // 1000
        match event.state:
            case "available" | "unavailable":
                now = PresenceReply(state=event.state, last_seen=event.last_seen, at=at)
            case "composing" | "recording":
                now = before.model_copy(update={"typing": event.state, "at": at})
            case "paused":
                now = before.model_copy(update={"typing": None, "at": at})
        for address in addresses:
            self._told[address] = now
            self._told.move_to_end(address)
        while len(self._told) > _MOST_PEOPLE:
            self._told.popitem(last=False)
        self._news.set()

    async def close(self) -> None:
        """End what goes on. May be repeated."""
        tasks = [task for task in (self._saying, *self._typing.values()) if task is not None]
        for task in tasks:
            task.cancel()
        self._typing.clear()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _known(self, addresses: Iterable[str]) -> PresenceReply:
        told = [self._told[address] for address in addresses if address in self._told]
        known = max(told, key=lambda reply: reply.at or 0, default=PresenceReply())
        if known.typing and known.at is not None and self._clock() - known.at > _WRITES_FOR:
            return known.model_copy(update={"typing": None})
        return known

    async def _told_of(self, addresses: Iterable[str], since: float) -> None:
        """Return when something was said of somebody since then, or after `TOLD_WITHIN`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(TOLD_WITHIN):
                while (self._known(addresses).at or 0) < int(since):
                    self._news.clear()
                    await self._news.wait()

    def _begin_to_say(self) -> None:
        if self._saying is not None:
            self._saying.cancel()
        self._saying = asyncio.create_task(self._say(), name="presence")

    async def _say(self) -> None:
        backoff = Backoff(_FIRST_RETRY, _LAST_RETRY)
        for _ in range(_TRIES):
            try:
                await self._questions.ask(TellPresence(available=self.available), within=_SAID_WITHIN)
            except NotSent:
                return  # the next connection says it
            except WagateError:  # soon after a pairing: the phone has not told the session's name yet
                await backoff.wait()
            else:
                return

    async def _end(self, chat: Jid, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._typing.pop(str(chat), None)
        with suppress(NotSent, WagateError):
            await self._questions.ask(TellTyping(jid=str(chat), on=False), within=_SAID_WITHIN)


class Presences:
    """Those of every session that a shard holds: told what the library tells, on whatever thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._of: dict[str, Presence] = {}

    def add(self, session_uid: str, presence: Presence) -> Presence:
        """A session is held; the same presence."""
        self._of[session_uid] = presence
        return presence

    def forget(self, session_uid: str, presence: Presence) -> None:
        """It is held no more."""
        if self._of.get(session_uid) is presence:
            del self._of[session_uid]

    def hear(self, session_uid: str, event: Any) -> None:  # noqa: ANN401 - any event
        """Something happened in a session."""
        if isinstance(event, PresenceChanged) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._learn, session_uid, event)

    def _learn(self, session_uid: str, event: PresenceChanged) -> None:
        presence = self._of.get(session_uid)
        if presence is not None:
            presence.learn(event)
