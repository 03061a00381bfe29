"""A WebSocket over one connection, as uvicorn speaks it, with an end to everything that a caller can leave unfinished.

What a caller says is small and taken one after the other; what it does not take fills the buffer of its connection and
no more, and then it is cut off. Imported when the first one is opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.server import ServerProtocol

TAKEN_WITHIN: Final = 30.0
"""Seconds in which a caller has to take some of what it is sent."""
_LARGEST_MESSAGE: Final = 4096
"""Bytes of what a caller says."""
_ENDS_WITHIN: Final = 1.0
"""Seconds that what was written last has to be taken, when the connection ends."""
_NOT_TAKEN: Final = 4408


class BoundedSocket(WebSocketsSansIOProtocol):
    """One connection, after its handshake was read."""

    def __init__(
        self,
        leave: Callable[[], None],
        lost: Callable[[str], None],
        **of_uvicorn: Any,  # noqa: ANN401 - whatever a version of it wants to have
    ) -> None:
        """`leave` is called when the connection is gone; `lost` is told why one is cut off."""
        super().__init__(**of_uvicorn)
        self.conn: ServerProtocol = ServerProtocol(max_size=_LARGEST_MESSAGE, logger=self.logger)  # and no compression
        self._leave = leave
        self._lost = lost
        self._stuck: asyncio.TimerHandle | None = None

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._taken()
        self._leave()
        super().connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(TAKEN_WITHIN, self._on_stuck)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._taken()

    @override
    def shutdown(self) -> None:
        super().shutdown()  # says 1012: the caller goes on with another connection, where it was
        self._end_soon()

    def _taken(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _on_stuck(self) -> None:
        self._stuck = None
        self._lost("not_taken")
        if not self.close_sent and self.handshake_complete:
            self.conn.send_close(_NOT_TAKEN, "EVENTS_NOT_TAKEN")
            self.close_sent = True
            self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()
        self._end_soon()

    def _end_soon(self) -> None:
        """Closing alone would wait for a caller that takes nothing."""
        self.loop.call_later(_ENDS_WITHIN, self.transport.abort)
