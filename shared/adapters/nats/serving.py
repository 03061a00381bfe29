"""A subscription whose messages are handled concurrently, each by a task that somebody owns."""

from __future__ import annotations

import asyncio

import structlog
from nats.aio.subscription import Subscription as NatsSubscription
from nats.errors import Error, MaxPayloadError

from shared.adapters.nats.client import StraightClient
from shared.bus import Handler
from shared.contracts.answers import encode_problem
from shared.errors import Internal, NoHost, WagateError

_log = structlog.get_logger(__name__)

_TOLD_WITHIN = 2.0
FINISHED_WITHIN = 5.0
_TOO_LARGE = Internal("The answer is too large for its way.")
_ENDED = NoHost("The session host stopped serving before this was done. " + NoHost.remedy, retry_after=1.0)


class Serving:
    """`shared.bus.Subscription`."""

    def __init__(self, connection: StraightClient, subject: str, handler: Handler, group: str = "") -> None:
        self._connection = connection
        self._group = group
        self._subject = subject
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()
        self._subscription: NatsSubscription | None = None

    async def start(self) -> None:
        """Take messages from now on: when this returns, the server knows (or will, once it is back)."""
        self._subscription = await self._connection.take(self._subject, self._begin, group=self._group)
        if self._connection.is_connected:
            try:
                async with asyncio.timeout(_TOLD_WITHIN):
                    await self._connection.flush()
            except (Error, OSError, TimeoutError) as error:  # it is told again when the connection is back
                _log.warning("subscription_not_confirmed", subject=self._subject, error=repr(error))

    async def refuse(self) -> None:
        """Take no more from now on; what is being handled goes on. May be repeated."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            await self._let_go(subscription)

    async def stop(self, within: float = FINISHED_WITHIN) -> None:
        """Take no more; what is not handled after so many seconds is ended. Neither for the caller. May be repeated."""
        await self.refuse()
        others = self._tasks - {asyncio.current_task()}
        if not others:
            return
        await asyncio.wait(others, timeout=within)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _let_go(self, subscription: NatsSubscription) -> None:
        try:
            if self._connection.is_connected:
                async with asyncio.timeout(_TOLD_WITHIN):
                    await subscription.drain()  # what has arrived is still handled
            else:
                await subscription.unsubscribe()
        except (Error, TimeoutError) as error:
            _log.warning("subscription_not_drained", subject=self._subject, error=repr(error))

    def _begin(self, _subject: str, reply_to: str, payload: bytes, _headers: bytes | None) -> None:
        task = asyncio.create_task(self._handle(payload, reply_to))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, payload: bytes, reply_to: str) -> None:
        try:
            answer = await self._handler(payload)
        except asyncio.CancelledError:
            self._answer(reply_to, encode_problem(_ENDED))
            raise
        except WagateError as error:
            answer = encode_problem(error)
        except Exception:  # noqa: BLE001 - the asker is told, the log says why, the next message is served
            _log.exception("handler_failed", subject=self._subject)
            answer = encode_problem(Internal())
        self._answer(reply_to, answer)

    def _answer(self, reply_to: str, answer: bytes) -> None:
        if not reply_to:
            return
        try:
            try:
                self._connection.say(reply_to, answer)
            except MaxPayloadError:  # who asked is told now, and does not wait for its deadline
                _log.exception("answer_too_large", subject=self._subject, bytes=len(answer))
                self._connection.say(reply_to, encode_problem(_TOO_LARGE))
        except Error as error:  # who asked asks again: what was done stands in the store
            _log.warning("answer_not_sent", subject=self._subject, error=repr(error))
