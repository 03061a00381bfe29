"""Reads the log of events by direct gets: any replica answers with as many as fit, and keeps nothing of who asked.

A consumer of JetStream would be a thing on the server for each reader; a million polls would make a million of them.
What wakes a reader is a plain subscription to the subjects that events are published under; it ends with the
connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from nats.aio.subscription import Subscription
from nats.errors import Error
from nats.js.errors import NotFoundError

from shared.adapters.nats.client import StraightClient
from shared.adapters.nats.direct_get import DirectGets, NotGiven, Stored
from shared.adapters.nats.event_stream import STREAM
from shared.contracts.subjects import key_events, parse_session_event
from shared.errors import BusUnavailable
from shared.events.model import LoggedEvent, LogState, Page
from shared.events.parts import before, entry_behind, events_of, is_whole, place_of
from shared.events.ports import Bell

_ANSWERS_WITHIN = 2.0
_LARGEST_PAGE = 1024**2
_STREAM_NOT_FOUND = 10059
_LOOK_AGAIN = (0.0, 0.003, 0.006, 0.012, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between the looks after a ring: on its way an event waits for the server's disk, in a cluster for others."""
_NO_BELL = 5.0
"""Seconds after which a reader looks without a ring: one may have been lost with a connection."""
_NANOSECONDS = 1_000_000_000


class NatsEventReader:
    """`shared.events.ports.EventReader`."""

    def __init__(self, connection: StraightClient) -> None:
        self._connection = connection
        self._jetstream = connection.jetstream(timeout=_ANSWERS_WITHIN)
        self._direct = DirectGets(connection)
        self._bells: dict[str, _Bells] = {}

    async def state(self) -> LogState:
        """What the log holds now. Raises BusUnavailable."""
        try:
            answer = await self._connection.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=_ANSWERS_WITHIN)
        except (Error, OSError, TimeoutError) as error:
            raise _unreadable(error) from error
        info: dict[str, Any] = orjson.loads(answer.data)
        if "error" in info:
            if info["error"].get("err_code") == _STREAM_NOT_FOUND:  # nothing was ever published
                return LogState(made_at=0, last=0, first=1, max_age=0.0)
            raise _unreadable(info["error"].get("description"))
        held = info["state"]
        return LogState(
            made_at=_milliseconds(info["created"]),
            last=place_of(held["last_seq"]),
            first=before(max(held["first_seq"], 1)) + 1,
            max_age=info["config"].get("max_age", 0) / _NANOSECONDS,
        )

    async def read(  # noqa: PLR0913 - see the port
        self,
        key_id: str,
        uid: str | None,
        *,
        after: int,
        limit: int,
        kind: str | None = None,
        log: LogState | None = None,
    ) -> Page:
        """Events of a key, or of one session of it, behind a position; see the port. Raises BusUnavailable."""
        known, log = log, log or await self.state()
        if known is None and log.last <= after:
            return Page([], after, entries=0, more=False, log=log)
        subject = key_events(key_id, uid, kind)
        entries, more = await self._get(subject, entry_behind(after), limit)
        events = [event for entry in entries for event in events_of(entry) if event.position > after]
        some = events[:limit]
        position = some[-1].position if some else after
        more = more or len(some) < len(events)
        if known is not None:
            log = replace(known, last=max(known.last, position))
        elif not more and not await self._is_more(subject, entry_behind(position)):
            position = max(position, log.last)
        else:
            more = True
        return Page(some, position, sum(is_whole(event.position) for event in some), more, log)

    @asynccontextmanager
    async def listening(self, key_id: str, uid: str | None) -> AsyncGenerator[Bell]:
        """A bell for the same events, while the context lasts; entering it raises BusUnavailable."""
        subject = key_events(key_id, uid)
        bells = self._bells.get(subject)
        if bells is None:
            bells = self._bells[subject] = _Bells()
        bell = _Bell()
        bells.all.add(bell)
        try:
            await bells.begin(self._connection, subject)
            yield bell
        finally:
            bells.all.discard(bell)
            if not bells.all:
                self._bells.pop(subject, None)
                await bells.end()

    async def _get(self, subject: str, first: int, limit: int) -> tuple[list[LoggedEvent], bool]:
        """Entries from this number on, and whether the replica that answered has more."""
        wanted = {"seq": max(first, 1), "next_by_subj": subject, "batch": limit, "max_bytes": _LARGEST_PAGE}
        try:
            found, more = await self._direct.get(STREAM, wanted, _ANSWERS_WITHIN)
        except (NotGiven, Error, OSError, TimeoutError) as error:
            raise _unreadable(error) from error
        return [_logged(stored) for stored in found], more

    async def _is_more(self, subject: str, first: int) -> bool:
        """As the leader has it: the replica that answered may be behind."""
        try:
            await self._jetstream.get_msg(STREAM, seq=max(first, 1), subject=subject, next=True)
        except NotFoundError:
            return False
        except (Error, OSError, TimeoutError) as error:
            raise _unreadable(error) from error
        return True


class _Bell:
    """`shared.events.ports.Bell`."""

    def __init__(self) -> None:
        self._rang = asyncio.Event()
        self._awaited = 0
        self._pauses: Iterator[float] = iter(())

    def ring(self) -> None:
        self._awaited += 1
        self._pauses = iter(_LOOK_AGAIN)
        self._rang.set()

    def seen(self, count: int) -> None:
        """See the port."""
        self._awaited = max(self._awaited - count, 0)

    async def wait(self, within: float) -> None:
        """See the port."""
        pause = next(self._pauses, None) if self._awaited else None
        if pause is None:
            self._awaited, pause = 0, _NO_BELL
        self._rang.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(pause, within)):
                await self._rang.wait()


class _Bells:
    """Those of one subject, on one subscription."""

    def __init__(self) -> None:
        self.all: set[_Bell] = set()
        self._subscription: asyncio.Task[Subscription] | None = None

    async def begin(self, connection: StraightClient, subject: str) -> None:
        """Listen. Raises BusUnavailable."""
        if self._subscription is None:
            self._subscription = asyncio.create_task(connection.take(subject, self._ring))
        try:
            await asyncio.shield(self._subscription)
        except (Error, OSError) as error:
            raise _unreadable(error) from error

    async def end(self) -> None:
        """Listen no more."""
        if self._subscription is not None:
            with suppress(Error, OSError):
                await (await self._subscription).unsubscribe()

    def _ring(self, _subject: str, _reply: str, _payload: bytes, _headers: bytes | None) -> None:
        for bell in self.all:
            bell.ring()


def _logged(stored: Stored) -> LoggedEvent:
    uid, kind = parse_session_event(stored.subject)
    return LoggedEvent(
        position=stored.sequence,
        id=stored.id,
        session_uid=uid,
        kind=kind,
        event=stored.data,
        stored_at=_milliseconds(stored.stored_at),
    )


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


def _unreadable(reason: object) -> BusUnavailable:
    return BusUnavailable(f"The log of events cannot be read: {reason or 'NATS does not answer'}.", retry_after=2.0)
