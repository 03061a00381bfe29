"""The log of events on a JetStream stream.

Once, and in order: a session has one event on its way at a time, and the next one leaves after its acknowledgement;
sessions do not wait for each other. When it is not known whether an event of a session is stored (no acknowledgement
came, or this process has just begun) the log looks at the newest stored one of that session before it goes on, and
where another source went on with the session at all of them behind the place that the publication names. The events
of a key itself are few and come from several sources: there it looks at all. An event that arrives twice in spite of
that is known again by its id (`Nats-Msg-Id`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from nats.aio.client import Client
from nats.errors import Error
from nats.js.api import Header, RawStreamMsg
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError, ServiceUnavailableError

from shared.adapters.nats.event_stream import STREAM, StreamLimits, ensure_stream
from shared.contracts.subjects import (
    EVERY_EVENT,
    NO_SESSION,
    events_of_key_alone,
    parse_session_event,
    session_event,
    session_events,
)
from shared.errors import BusUnavailable
from shared.events.model import LoggedEvent, Outcome, Publication

_ACKNOWLEDGED_WITHIN = 2.0
_SAYS_WITHIN = 1.0
_BATCH_WITHIN = 5.0
"""Seconds after which `publish` begins with no further event, so that what is stored is soon marked as published."""
_AT_ONCE = 64
_HEADERS = 512
"""Bytes left free for the headers: the server cuts the connection when the two together are over its limit."""
_TOO_LARGE = 10054
"""`JSStreamMessageExceedsMaximumErr`."""


class NatsEventLog:
    """`shared.events.ports.EventLog`."""

    def __init__(self, connection: Client, limits: StreamLimits | None) -> None:
        """Publish over a connection; the stream is made by the first `publish`, unless others make it (None)."""
        self._connection = connection
        self._jetstream = connection.jetstream(timeout=_ACKNOWLEDGED_WITHIN)
        self._limits = limits
        self._stream_is_there = False
        self._certain: set[tuple[str, str]] = set()
        """Keys and sessions of which it is known what is stored."""
        self._on_their_way = asyncio.Semaphore(_AT_ONCE)

    async def publish(self, events: Sequence[Publication]) -> Outcome:
        """Publish events, of each session in the order given. Never raises; the outcome says what is stored."""
        outcome = Outcome()
        if not self._connection.is_connected:  # else nats-py keeps them and sends them when nobody waits any more
            outcome.failure = "NATS is not connected."
            return outcome
        try:
            if not self._stream_is_there and self._limits is not None:
                await ensure_stream(self._jetstream, self._limits)
                self._stream_is_there = True
        except (Error, OSError, TimeoutError) as error:
            outcome.failure = _words(error)
            return outcome
        sessions: dict[tuple[str, str], list[Publication]] = {}
        for event in events:
            sessions.setdefault((event.key_id, event.session_uid), []).append(event)
        until = asyncio.get_running_loop().time() + _BATCH_WITHIN
        await asyncio.gather(*(self._publish_session(whose, own, outcome, until) for whose, own in sessions.items()))
        return outcome

    async def forget(self, session_uid: str) -> None:
        """Remove every event of a session; nothing where there is no stream. Raises BusUnavailable."""
        self._certain = {whose for whose in self._certain if whose[1] != session_uid}
        try:
            await self._jetstream.purge_stream(STREAM, subject=session_events(session_uid))
        except NotFoundError:  # nothing was ever published here
            return
        except (Error, OSError, TimeoutError) as error:
            if isinstance(error, ServiceUnavailableError) and not self._server_has_jetstream:
                return
            raise BusUnavailable(f"The log of events cannot be cleared: {_words(error)}", retry_after=2.0) from error

    async def used(self) -> float | None:
        """How full it is, 1 at most; None when NATS does not say within a second."""
        if not self._connection.is_connected:
            return None
        try:
            async with asyncio.timeout(_SAYS_WITHIN):
                stream = await self._jetstream.stream_info(STREAM)
        except NotFoundError:  # nothing was ever published here
            return 0.0
        except (Error, OSError, TimeoutError):
            return None
        most = stream.config.max_bytes or 0
        return min(stream.state.bytes / most, 1.0) if most > 0 else 0.0

    async def read(self, *, after: int, limit: int) -> list[LoggedEvent]:
        """Events behind a position (0: from the oldest that is kept), oldest first.

        Raises:
            BusUnavailable: the log does not answer.
        """
        found: list[LoggedEvent] = []
        while len(found) < limit:
            try:
                message = await self._jetstream.get_msg(STREAM, seq=after + 1, subject=EVERY_EVENT, next=True)
            except NotFoundError:  # no more, or no stream yet
                break
            except (Error, OSError, TimeoutError) as error:
                raise BusUnavailable(f"The log of events cannot be read: {_words(error)}", retry_after=2.0) from error
            found.append(_logged(message))
            after = found[-1].position
        return found

    @property
    def _server_has_jetstream(self) -> bool:
        """What the server said of itself when it was connected."""
        info: dict[str, object] = self._connection._server_info  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - nats-py shows it nowhere else
        return bool(info.get("jetstream"))

    async def _publish_session(
        self, whose: tuple[str, str], events: list[Publication], outcome: Outcome, until: float
    ) -> None:
        async with self._on_their_way:
            try:
                is_stored = _nothing_is if whose in self._certain else await self._stored_of(*whose, events)
                self._certain.discard(whose)
                for event in events:
                    if outcome.failure is not None or asyncio.get_running_loop().time() > until:
                        break
                    if is_stored(event):
                        outcome.published.append(event)
                    else:
                        await self._publish_one(event, outcome)
                self._certain.add(whose)
            except (Error, OSError, TimeoutError) as error:
                if isinstance(error, NoStreamResponseError):
                    self._stream_is_there = False
                outcome.failure = _words(error)

    async def _publish_one(self, event: Publication, outcome: Outcome) -> None:
        """Returns when it is acknowledged or refused; raises what leaves it in doubt."""
        if len(event.event) + _HEADERS > self._connection.max_payload:
            outcome.refused.append((event, f"{len(event.event)} bytes are more than NATS takes."))
            return
        try:
            stored = await self._jetstream.publish(
                session_event(event.key_id, event.session_uid, event.kind),
                event.event,
                timeout=_ACKNOWLEDGED_WITHIN,
                stream=STREAM,
                headers={Header.MSG_ID: event.id},
            )
        except APIError as error:
            if error.err_code != _TOO_LARGE:
                raise
            outcome.refused.append((event, _words(error)))
        else:
            outcome.published.append(event)
            if not stored.duplicate:
                outcome.position = max(outcome.position, stored.seq)

    async def _stored_of(self, key_id: str, uid: str, events: list[Publication]) -> Callable[[Publication], bool]:
        """What tells of an event whether it is stored."""
        try:
            if uid == NO_SESSION:
                return await self._ids_of(key_id)
            newest = _logged(await self._jetstream.get_last_msg(STREAM, session_events(uid)))
        except NotFoundError:
            return _nothing_is
        source, number = _origin(newest)
        behind = [event.tried_behind for event in events if event.tried_behind is not None]
        if source != events[0].source and behind:
            source, number = await self._last_of(events[0].source, uid, min(behind), newest.position)
        return lambda event: source == event.source and event.number <= number

    async def _last_of(self, source: str, uid: str, after: int, last: int) -> tuple[str, int]:
        """The source, and the number of its newest event of a session between two positions; 0: it has none there."""
        number = 0
        while after < last:
            found = _logged(await self._jetstream.get_msg(STREAM, after + 1, session_events(uid), next=True))
            after = found.position
            its_source, its_number = _origin(found)
            if its_source == source:
                number = its_number
        return source, number

    async def _ids_of(self, key_id: str) -> Callable[[Publication], bool]:
        ids: set[str] = set()
        after, subject = 0, events_of_key_alone(key_id)
        with suppress(NotFoundError):
            while True:
                message = await self._jetstream.get_msg(STREAM, seq=after + 1, subject=subject, next=True)
                after = message.seq or after + 1
                ids.add(_logged(message).id)
        return lambda event: event.id in ids


def _nothing_is(_: Publication) -> bool:
    return False


def _origin(event: LoggedEvent) -> tuple[str, int]:
    source, _, number = event.id.rpartition("-")
    return source, int(number)


def _logged(message: RawStreamMsg) -> LoggedEvent:
    uid, kind = parse_session_event(message.subject or "")
    identity = (message.headers or {}).get(Header.MSG_ID, "")
    return LoggedEvent(message.seq or 0, identity, uid, kind, message.data or b"")


def _words(error: Exception) -> str:
    match error:
        case NoStreamResponseError():
            return "NATS has no stream for events at the moment."
        case ServiceUnavailableError(description=None):
            return "NATS has no JetStream."
        case APIError(description=str() as description):
            return f"NATS says: {description}."
        case TimeoutError():
            return "NATS did not acknowledge in time."
        case _:
            return str(error) or repr(error)
