"""The API on the loop of a Lambda function: started once, asked once for each event."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, cast

import structlog
from litestar import Litestar

from functions.app import create_app
from functions.aws_lambda.http_event import Event, Scope, answer_of, body_of, scope_of
from functions.aws_lambda.settings import LambdaSettings
from functions.families import MESSAGES
from functions.services import Services
from functions.settings import ApiSettings
from shared.adapters.aws.secrets import read_secret
from shared.observing.logs import configure_logging

log = structlog.get_logger("functions")

_REVIVED_WITHIN = 3.0
"""Seconds; a request that finds NATS away after them is answered so."""


class Serving:
    """An application that is open. Make it with `start`. In Lambda nobody closes it: the process is ended."""

    def __init__(self, app: Litestar, kept: AsyncExitStack) -> None:
        self._app = app
        self._kept = kept

    @classmethod
    async def start(cls) -> Serving:
        """Read the settings and secrets, and open what the API works with.

        Raises:
            StoreUnavailable: a store or the secret cannot be read.
            BusUnavailable: NATS does not answer.
        """
        before = LambdaSettings()
        if before.secrets is not None:
            secrets = before.secrets.split(",")
            held = await asyncio.gather(*(read_secret(secret.strip(), before) for secret in secrets))
            for fields in held:
                os.environ.update(fields)
        settings = ApiSettings(aws_on_threads=before.aws_on_threads)
        configure_logging("api", level=settings.log_level)
        app = create_app(settings, streams=False)
        kept = AsyncExitStack()
        messages = asyncio.create_task(app.take(MESSAGES))  # while others are waited for; later it would take longer
        try:
            await kept.enter_async_context(app.lifespan())
        except ExceptionGroup as group:  # Litestar opens it in a task group
            raise group.exceptions[0] from None
        finally:
            await messages
        os.environ.pop("WAGATE_ADMIN_KEY", None)  # not before: a start that failed is tried again
        return cls(app, kept)

    async def close(self) -> None:
        """Close what `start` opened, in the same task."""
        await self._kept.aclose()

    @property
    def _services(self) -> Services:
        return cast("Services", self._app.state.services)

    async def thaw(self) -> None:
        """Make sure of NATS after the process stood still: its server may have dropped the connection unnoticed."""
        if not await self._services.bus.revive(_REVIVED_WITHIN):
            log.warning("nats_not_revived")

    async def answer(self, event: Event) -> dict[str, Any]:
        """The answer to an event of the HTTP API; raises NotAnHttpEvent."""
        return answer_of(*await self.ask(scope_of(event), body_of(event)))

    async def ask(self, scope: Scope, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """The application's answer to a request: status, headers, body."""
        request = {"type": "http.request", "body": body, "more_body": False}
        left, never = [request], asyncio.Event()
        status, headers, content = 500, list[tuple[bytes, bytes]](), bytearray()

        async def receive() -> dict[str, Any]:
            if not left:
                await never.wait()  # who asks again wants to know of the end of the connection: there is none
            return left.pop()

        async def send(message: Mapping[str, Any]) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message.get("headers", ()))
            elif message["type"] == "http.response.body":
                content.extend(message.get("body", b""))

        application: Any = self._app
        await application(scope, receive, send)
        return status, headers, bytes(content)

    async def sweep(self) -> dict[str, Any]:
        """What is done every few minutes, whether or not anybody asks for anything: write down which keys were used.

        Raises what `GET /ready` would answer, so that a part that is missing shows in the function's errors.
        """
        serving = self._services
        await serving.usage.write()
        await serving.readiness.check()
        return {"ready": True}
