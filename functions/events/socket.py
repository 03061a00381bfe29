"""A WebSocket as both sides speak it here: JSON texts, and an end that says why."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import orjson
from pydantic import ValidationError

from functions.http.problems import told
from functions.http.requests import Connection, request_id
from shared.discreet import Discreet
from shared.errors import BadRequest, KeyMissing, WagateError

KEY_WITHIN: Final = 10.0
"""Seconds for the key, where it comes as the first message."""
_OWN: Final = 4000
"""Of the codes that nobody else gives a meaning: an error's is its HTTP status behind this."""


class Hangup(Exception):  # noqa: N818 - no error
    """The caller is gone."""


class Saying(Discreet):
    """What a caller says: its key at first, then what it dealt with."""

    key: str | None = None
    ack: str | None = None


class Socket:
    """One WebSocket of ASGI."""

    def __init__(self, connection: Connection, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        self._connection = connection
        self._receive = receive
        self._send = send
        self.accepted = False

    async def accept(self) -> None:
        """Finish the handshake, unless that is done."""
        if not self.accepted:
            self.accepted = True
            await self._out({"type": "websocket.accept", "headers": [(b"cache-control", b"no-store")]})

    async def hear(self) -> Saying:
        """What the caller says next.

        Raises:
            Hangup: it is gone.
            BadRequest: that means nothing.
        """
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Hangup
        try:
            return Saying.model_validate_json(message.get("text") or message.get("bytes") or b"")
        except ValidationError:
            raise BadRequest('Say {"ack": cursor}, and {"key": "wa_..."} before all else.') from None

    async def key(self) -> str:
        """The key that the caller gives at first. Raises KeyMissing, and what `hear` raises."""
        try:
            async with asyncio.timeout(KEY_WITHIN):
                said = await self.hear()
        except TimeoutError:
            raise KeyMissing('Nothing came. Say {"key": "wa_..."} first, or send a header.') from None
        if not said.key:
            raise KeyMissing('Say {"key": "wa_..."} first, or send a header.')
        return said.key

    async def tell(self, body: bytes) -> None:
        """Send JSON, once there is room for it on the way. Raises Hangup."""
        await self._out({"type": "websocket.send", "text": body.decode()})

    async def end(self, error: WagateError, place: str | None) -> None:
        """Say why it ends and where to go on; before the handshake is over as to any request. Raises Hangup."""
        if not self.accepted:
            status, fields, body = told(error, request_id(self._connection.scope))
            headers = {"content-type": "application/json", **fields}
            named = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
            await self._out({"type": "websocket.http.response.start", "status": status, "headers": named})
            await self._out({"type": "websocket.http.response.body", "body": body})
            return
        end = {"type": "end", "code": error.code, "error": error.message, "next": error.details.get("next", place)}
        await self.tell(orjson.dumps(end))
        await self._out({"type": "websocket.close", "code": _OWN + error.status, "reason": error.code})

    async def _out(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except OSError:  # as uvicorn calls a caller that is gone
            raise Hangup from None
