"""HTTP over one connection, as uvicorn speaks it, with an end to everything that a caller can leave unfinished.

uvicorn bounds neither headers nor the time in which a request arrives, and a connection that says nothing stays for
ever (docs/adr/0025). While no request is being answered, a clock runs: for the head of the next one, or for what is
left of a body that nobody reads. While one is, its handler has deadlines; what is left here is a caller that takes no
answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

import httptools
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from functions.http.requests import arrived
from functions.http.room import Room
from functions.http.sockets import PATHS
from functions.http.streamed import ENDLESS
from functions.server.connections import Connections
from functions.server.refusals import refusal
from functions.server.whole_answer import WholeAnswer
from shared.errors import (
    BadRequest,
    HeadersTooLarge,
    Overloaded,
    RequestTimeout,
    TooManyConnections,
    WagateError,
)

LARGEST_HEAD: Final = 64 * 1024
"""Bytes of a request's line and headers."""
ARRIVES_WITHIN: Final = 10.0
"""Seconds for a request's head, from the connection's beginning or the first byte after the answer before it."""
TAKEN_WITHIN: Final = 30.0
"""Seconds in which a caller has to take some of an answer."""
_ALL_HEADS: Final = 64 * 1024 * 1024
"""Bytes of all heads that are not whole; most come in one piece and take none of it."""
_WAITING: Final = 16
"""Requests that may be sent before the one before them is answered."""
_PER_HEADER: Final = 4
"""Bytes around a name and a value."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        connections: Connections,
        heads: Room,
        lost: Callable[[str], None],
        **of_uvicorn: Any,  # noqa: ANN401 - whatever a version of it wants to have
    ) -> None:
        super().__init__(**of_uvicorn)
        self.ws_protocol_class = cast("type[asyncio.Protocol]", self._socket)
        self._counted_by = connections
        self._heads = heads
        self._lost = lost
        self._counted = False
        self._address = ""
        self._clock: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None
        self._refusal: WagateError | None = None
        self._in_head = False
        self._chunk = 0
        self._arrived = 0
        """Bytes since a head began, with all of the piece that it began in."""
        self._held = 0
        """Those of them that are taken from the room for heads."""

    # ---- the connection

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        too_many = self._counted_by.admit(self, self._address)
        if too_many is None:
            self._counted = True
            self._run_clock()
        else:
            self._answer((TooManyConnections if too_many == "address" else Overloaded)(retry_after=1))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        super().connection_lost(exc)

    def make_room(self) -> None:
        """See `connections.Connection`."""
        self._leave()
        self.transport.abort()

    @override
    def shutdown(self) -> None:
        cycle: Any = self.cycle
        if self._at_work and ENDLESS in (cycle.scope.get("extensions") or ()):
            self.transport.close()  # its caller goes on with another connection, where it was
        else:
            super().shutdown()

    def _leave(self) -> None:
        self._stop_clock()
        self._hold(0)
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
        if self._counted:
            self._counted = False
            self._counted_by.gone(self, self._address)

    # ---- what arrives

    @override
    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self._chunk = len(data)
        self._arrived += self._chunk
        parser: Any = self.parser
        try:
            parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            return  # else it is answered as what it is without
        except httptools.HttpParserError:
            self._refuse(self._refusal or BadRequest("What was sent is not HTTP/1.1."))
            return
        if self._in_head and self._arrived > LARGEST_HEAD:
            self._refuse(HeadersTooLarge())
        elif self._in_head and not self._hold(self._arrived):
            self._refuse(Overloaded(retry_after=1))
        elif self._clock is None and not self._at_work:
            self._run_clock()

    @override
    def on_message_begin(self) -> None:
        self._in_head, self._arrived = True, self._chunk
        super().on_message_begin()

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        if self._arrived > LARGEST_HEAD and self._size_of_head() > LARGEST_HEAD:  # a body may have come with it
            self._end_parser(HeadersTooLarge())
        if len(self.pipeline) >= _WAITING:
            self._end_parser(Overloaded("Too many requests were sent before the first one was answered."))
        super().on_headers_complete()
        if not self._is_for_socket:
            self._write_whole()
        self._stop_clock()
        if self._held:
            self._hold(0)
        if self._counted:
            self._counted_by.busy(self, self._address)

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        arrived(self.scope)

    # ---- a WebSocket instead

    @override
    def _should_upgrade(self) -> bool:
        """Only where there is one, and while nothing is being answered."""
        asked: Any = self.scope
        path = self.url.partition(b"?")[0]
        return path in PATHS and asked["method"] == "GET" and not self._at_work and super()._should_upgrade()

    @property
    def _is_for_socket(self) -> bool:
        parser: Any = self.parser
        return bool(parser.should_upgrade()) and self._should_upgrade()

    def _socket(self, **of_uvicorn: Any) -> asyncio.Protocol:  # noqa: ANN401 - uvicorn's own
        """What goes on with this connection; it is counted until that one ends."""
        from functions.server.web_socket import BoundedSocket  # noqa: PLC0415 - 3 MB that most processes never need

        return BoundedSocket(self._leave, self._lost, **of_uvicorn)

    # ---- an answer

    def _write_whole(self) -> None:
        """Let the answer to this request begin with its first write of a body; nothing of it has run yet."""
        cycle: Any = self.cycle
        answer = cycle.transport = WholeAnswer(self.transport)

        def on_response() -> None:
            answer.end()
            self.on_response_complete()

        cycle.on_response = on_response

    def _size_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + _PER_HEADER for name, value in self.headers)

    def _hold(self, size: int) -> bool:
        """Whether a head that is not whole may have so many bytes; 0 gives all of them back."""
        self._heads.give_back(self._held)
        self._held = size if self._heads.take(size) else 0
        return self._held == size

    def _end_parser(self, error: WagateError) -> None:
        """Raise in its callback; what comes out of the parser is an error of its own."""
        self._refusal = error
        raise ValueError(error.code)

    # ---- what is answered

    @property
    def _at_work(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, which uvicorn's types leave out
        return cycle is not None and not cycle.response_complete

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._counted and not self._at_work:
            self._counted_by.idle(self, self._address)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(TAKEN_WITHIN, self._on_stuck)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    @override
    def timeout_keep_alive_handler(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()  # closing would wait for a caller that takes nothing
        else:
            super().timeout_keep_alive_handler()

    def _on_stuck(self) -> None:
        self._stuck = None
        self._lost("not_taken")
        self.transport.abort()

    # ---- the clock

    def _run_clock(self) -> None:
        self._clock = self.loop.call_later(ARRIVES_WITHIN, self._on_late)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _on_late(self) -> None:
        self._clock = None
        self._lost("late")
        if self._in_head:
            self._answer(RequestTimeout())
        else:
            self.transport.abort()

    # ---- what is refused before there is a request

    def _refuse(self, error: WagateError) -> None:
        self._lost("malformed")
        if self._at_work:
            self.transport.abort()  # an answer of ours would be taken for that of the request before
        else:
            self._answer(error)

    def _answer(self, error: WagateError) -> None:
        self.transport.write(refusal(error))
        self.transport.close()


def protocol(connections: Connections, lost: Callable[[str], None]) -> type[asyncio.Protocol]:
    """What makes the protocol of each connection, as uvicorn's setting `http` takes it."""
    heads = Room(_ALL_HEADS)

    def make(**of_uvicorn: Any) -> BoundedProtocol:  # noqa: ANN401 - uvicorn's own
        return BoundedProtocol(connections, heads, lost, **of_uvicorn)

    return cast("type[asyncio.Protocol]", make)
