"""The bus over NATS core. It connects within a deadline, then stays: a lost connection is tried again for ever."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog
from nats.errors import Error, MaxPayloadError

from shared.adapters.nats.client import StraightClient
from shared.adapters.nats.ended import ended_within
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_reader import NatsEventReader
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.nats.replies import Replies
from shared.adapters.nats.serving import FINISHED_WITHIN, Serving
from shared.adapters.nats.tls import REFUSED, Tls, in_words
from shared.bus import Handler, NoAnswer, Subscription
from shared.errors import BodyTooLarge, BusUnavailable
from shared.settings import StoreSettings
from shared.shown import without_user

_log = structlog.get_logger(__name__)

_CONNECT_WITHIN = 10.0
_HEALTHY_WITHIN = 1.0
_LOOK_AGAIN = 0.02
_CLOSED_WITHIN = 1.0
_HANDLED_WITHIN = 0.25
"""Seconds that what is still being handled has when the bus is closed."""
_TRY_AGAIN_AFTER = 0.25
_TELLING = (Error, *REFUSED)
_PING_EVERY, _PINGS_UNANSWERED = 2, 2
"""A server that is silent without having closed the connection is noticed within 6 s."""


@asynccontextmanager
async def open_bus(settings: StoreSettings, *, name: str = "wagate") -> AsyncGenerator[NatsBus]:
    """The bus of a process, for as long as the context lasts.

    Raises:
        BusUnavailable: NATS did not answer within 10 s, or refused.
    """
    tls = Tls(settings.nats_ca, first=settings.nats_tls_first)
    bus = await NatsBus.connect(settings.nats_url, name=name, token=settings.nats_token, tls=tls)
    try:
        yield bus
    finally:
        await bus.close()


class NatsBus:
    """`shared.bus.Bus`. Make one with `connect`, end it with `close`."""

    def __init__(self) -> None:
        self._connection = StraightClient()
        self._replies = Replies()
        self._serving: set[Serving] = set()
        self._last_error: Exception | None = None
        self._refusal: str | None = None
        """Why a server that was lost is not taken back, once that was logged."""
        self._opened = self._closing = False

    @classmethod
    async def connect(
        cls, url: str, *, name: str, token: str | None = None, tls: Tls | None = None, within: float = _CONNECT_WITHIN
    ) -> NatsBus:
        """Connect to NATS.

        Args:
            url: `nats://host:port`, or several with commas; `tls://` demands TLS.
            name: of this process, as `nats-server` shows it.
            token: the token of the server, when it wants one.
            tls: how the server is to prove who it is.
            within: seconds to keep trying.

        Raises:
            BusUnavailable: it did not answer in that time, or refused, or does not prove who it is.
        """
        tls = tls or Tls()
        context = tls.context(url)
        bus = cls()
        try:
            await ended_within(within, bus._open(url.split(","), name, token, context, tls_first=tls.first))
        except (TimeoutError, OSError, Error) as error:
            await bus._end_connection()
            reason = bus._last_error or error
            first = "" if context is None else " (set WAGATE_NATS_TLS_FIRST if it expects TLS first)"
            words = in_words(reason) or f"no answer within {within:g} s{first}"
            raise BusUnavailable(f"NATS at {without_user(url)} cannot be used: {words}.", retry_after=2.0) from error
        bus._opened = True
        return bus

    async def _open(
        self, servers: list[str], name: str, token: str | None, tls: ssl.SSLContext | None, *, tls_first: bool
    ) -> None:
        await self._connection.connect(
            servers,
            name=name,
            token=token,
            tls=tls,
            tls_handshake_first=tls_first,
            connect_timeout=2,
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_TRY_AGAIN_AFTER,  # pyright: ignore[reportArgumentType] - it sleeps this long
            ping_interval=_PING_EVERY,
            max_outstanding_pings=_PINGS_UNANSWERED,
            error_cb=self._on_error,
            disconnected_cb=self._on_disconnected,
            reconnected_cb=self._on_reconnected,
            skip_subject_validation=True,  # subjects are made in shared.contracts.subjects alone
        )
        await self._replies.subscribe(self._connection)
        await self._connection.flush()

    async def request(self, subject: str, payload: bytes, *, timeout: float) -> bytes:  # noqa: ASYNC109 - the port's
        """Ask and return the answer. Seconds.

        Raises:
            NoResponder: nobody listens (known at once).
            NoAnswer: no answer in time, or NATS itself cannot be reached (known at once when that is known).
            BodyTooLarge: the payload does not fit into one message; nobody has seen it.
        """
        if not self._connection.is_connected:
            raise NoAnswer("NATS is not connected")
        try:
            return await self._replies.ask(self._connection, subject, payload, timeout)
        except MaxPayloadError as error:
            limit = self._connection.max_payload
            raise BodyTooLarge(f"It has {len(payload)} bytes on its way to a session host, {limit} fit.") from error
        except (Error, OSError) as error:
            raise NoAnswer(f"NATS failed: {error!r}") from error

    async def ring(self, subject: str) -> None:
        """Publish an empty message; never raises when NATS is away: a doorbell may be lost."""
        await self.tell(subject, b"")

    async def tell(self, subject: str, payload: bytes) -> None:
        """Publish to whoever serves the subject; never raises when NATS is away: what is told may be lost."""
        if not self._connection.is_connected:
            return
        try:
            self._connection.say(subject, payload)
        except (Error, OSError) as error:
            _log.debug("doorbell_lost", subject=subject, error=repr(error))

    async def serve(self, subject: str, handler: Handler, *, group: str = "") -> Subscription:
        """Answer every message on the subject, concurrently, in order of arrival for the start of each.

        Of all who serve a subject in the same group one gets each message; without a group everybody does.

        A WagateError of the handler is answered as that problem; any other is logged and answered as `INTERNAL`.

        Raises:
            BusUnavailable: the bus is closed.
        """
        serving = Serving(self._connection, subject, handler, group)
        try:
            await serving.start()
        except Error as error:
            raise BusUnavailable(f"NATS takes no subscription: {error}.") from error
        self._serving.add(serving)
        return _Kept(serving, self._serving)

    def event_log(self, limits: StreamLimits | None) -> NatsEventLog:
        """The log of events, over the same connection and for as long as it; None: others make its stream."""
        return NatsEventLog(self._connection, limits)

    def event_reader(self) -> NatsEventReader:
        """What reads it, over the same connection."""
        return NatsEventReader(self._connection)

    @property
    def connected(self) -> bool:
        """Whether the connection to NATS is up as far as this process knows; costs nothing."""
        return self._connection.is_connected

    async def healthy(self) -> bool:
        """Whether NATS answers now (a round trip with a deadline of 1 s)."""
        if not self._connection.is_connected:
            return False
        try:
            async with asyncio.timeout(2 * _HEALTHY_WITHIN):
                await self._connection.flush(timeout=_HEALTHY_WITHIN)  # pyright: ignore[reportArgumentType]
        except (Error, OSError, TimeoutError):
            return False
        return True

    async def revive(self, within: float) -> bool:
        """See the port."""
        if await self.healthy():
            return True
        try:
            async with asyncio.timeout(within):
                await self._connection.force_reconnect()  # does nothing when it is at it already
                while not await self.healthy():  # noqa: ASYNC110 - it is asked, it does not tell
                    await asyncio.sleep(_LOOK_AGAIN)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Take no more, finish or end what is being handled, send what is unsent, disconnect. May be repeated."""
        self._closing = True
        await asyncio.gather(*(serving.stop(_HANDLED_WITHIN) for serving in self._serving))
        self._serving.clear()
        await self._end_connection()
        self._replies.give_up()

    async def _end_connection(self) -> None:
        try:
            async with asyncio.timeout(_CLOSED_WITHIN):
                if self._connection.is_connected:
                    await self._connection.flush()
                await self._connection.close()
        except (Error, OSError, TimeoutError) as error:
            _log.warning("nats_not_closed_cleanly", error=repr(error))

    async def _on_error(self, error: Exception) -> None:
        # A server that refuses, or is refused, may also reset the connection: what says more is kept.
        if isinstance(error, _TELLING) or not isinstance(self._last_error, _TELLING):
            self._last_error = error
        _log.debug("nats_error", error=repr(error))
        if self._opened and isinstance(error, REFUSED) and self._refusal != (words := in_words(error)):
            self._refusal = words
            _log.warning("nats_refused", error=words)

    async def _on_disconnected(self) -> None:
        self._replies.give_up()
        if not self._closing:
            _log.warning("nats_disconnected", error=repr(self._last_error))

    async def _on_reconnected(self) -> None:
        self._refusal = None
        _log.info("nats_reconnected")


class _Kept:
    """A subscription that the bus forgets once it is stopped."""

    def __init__(self, serving: Serving, kept_in: set[Serving]) -> None:
        self._serving = serving
        self._kept_in = kept_in

    async def refuse(self) -> None:
        """See the port."""
        await self._serving.refuse()

    async def stop(self, within: float = FINISHED_WITHIN) -> None:
        """See the port."""
        await self._serving.stop(within)
        self._kept_in.discard(self._serving)
