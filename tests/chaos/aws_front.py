"""What stands before DynamoDB and S3 and answers in their place: throttled, away, or done without an answer."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Literal, Protocol

import aiohttp
from aiohttp import web
from yarl import URL

from tests.emulators.lagging_indexes import LaggingIndexes

Service = Literal["dynamodb", "s3"]
PassOn = Callable[[], Awaitable[web.StreamResponse]]

_NOT_PASSED_ON = frozenset({"connection", "transfer-encoding", "expect", "keep-alive", "host"})
_LARGEST = 256 * 1024 * 1024
_WITHIN = 30.0
_ENDED_WITHIN = 0.5
_THROTTLED = json.dumps(
    {
        "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message": "The level of configured provisioned throughput for the table was exceeded.",
    }
).encode()


class Meter(Protocol):
    """Sees every request that is passed on."""

    async def answer(self, request: web.Request, body: bytes, pass_on: PassOn) -> web.StreamResponse:
        """Call `pass_on` once and return its answer."""
        ...


class AwsFront:
    """A reverse proxy for one machine. Make it with `aws_front`.

    Attributes:
        throttled: the share of requests to DynamoDB, 0 to 1, that is refused as beyond its throughput.
        unanswered: the share of requests that is done and whose answer is lost with the connection.
        away: services whose connections break before a request is done.
        seen: requests so far, and of them: throttled, left unanswered, broken.
        meter: what looks closer at the requests that are passed on, or None.
    """

    def __init__(
        self, endpoint: str, chance: random.Random, http: aiohttp.ClientSession, indexes: LaggingIndexes | None = None
    ) -> None:
        self.port = 0
        self.throttled = 0.0
        self.unanswered = 0.0
        self.away: set[Service] = set()
        self.seen = {"all": 0, "throttled": 0, "unanswered": 0, "broken": 0}
        self.meter: Meter | None = None
        self._endpoint = endpoint
        self._chance = chance
        self._http = http
        self._indexes = indexes

    def heal(self) -> None:
        """Pass everything on."""
        self.throttled = self.unanswered = 0.0
        self.away.clear()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; what aiohttp calls for each."""
        try:
            body = await request.read()
        except ConnectionResetError:
            return web.Response(status=400)  # to nobody: who asked has gone
        service: Service = "dynamodb" if "X-Amz-Target" in request.headers else "s3"
        self.seen["all"] += 1
        if service in self.away:
            return self._broken(request, "broken")
        if service == "dynamodb" and self._chance.random() < self.throttled:
            self.seen["throttled"] += 1
            return web.Response(status=400, body=_THROTTLED, content_type="application/x-amz-json-1.0")
        if service == "dynamodb" and self._indexes is not None:
            operation, asked = request.headers["X-Amz-Target"].rpartition(".")[2], json.loads(body)
            await self._indexes.note(operation, asked, request.headers)
            behind = await self._indexes.answer(operation, asked, request.headers)
            if behind is not None:
                return web.json_response(behind, content_type="application/x-amz-json-1.0")
        if self.meter is None:
            response = await self._passed_on(request, body)
        else:
            response = await self.meter.answer(request, body, lambda: self._passed_on(request, body))
        if self._chance.random() < self.unanswered:
            return self._broken(request, "unanswered")
        return response

    async def _passed_on(self, request: web.Request, body: bytes) -> web.StreamResponse:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_PASSED_ON}
        url = URL(self._endpoint + request.raw_path, encoded=True)
        try:
            async with self._http.request(request.method, url, headers=headers, data=body) as answer:
                content = await answer.read()
                kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _NOT_PASSED_ON]
                return web.Response(status=answer.status, headers=kept, body=content or None)
        except (aiohttp.ClientError, TimeoutError):
            return self._broken(request, "broken")

    def _broken(self, request: web.Request, how: str) -> web.StreamResponse:
        self.seen[how] += 1
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=503)  # nobody reads it


@asynccontextmanager
async def aws_front(
    endpoint: str, chance: random.Random, indexes: LaggingIndexes | None = None
) -> AsyncGenerator[AwsFront]:
    """A front before an emulator's endpoint, until the context ends; `indexes` are those of all fronts before it."""
    timeout = aiohttp.ClientTimeout(total=_WITHIN)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, auto_decompress=False, skip_auto_headers=["User-Agent"]
    ) as http:
        front = AwsFront(endpoint, chance, http, indexes)
        application = web.Application(client_max_size=_LARGEST)
        application.router.add_route("*", "/{path:.*}", front.answer)
        runner = web.AppRunner(application, shutdown_timeout=_ENDED_WITHIN)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            front.port = runner.addresses[0][1]
            yield front
        finally:
            await runner.cleanup()
