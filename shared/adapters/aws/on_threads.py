"""Clients of AWS whose calls go on threads, by botocore alone: for a process that starts cold and does one thing.

aiobotocore needs aiohttp: together they take 0.2 s of a processor to load, of every cold start of a Lambda function.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, Self

import botocore.session
from botocore.config import Config

from shared.adapters.aws.calls import CONFIG

_AT_ONCE = 16
"""Calls under way in a process; more wait. Each may take 5 s four times."""
_NO_OPERATIONS = frozenset({"exceptions", "get_paginator", "get_waiter", "meta"})
_making = threading.Lock()


class ClientOnThreads:
    """A client as aiobotocore's are, as far as it is used here: operations, and bodies that are read in pieces."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """`make`: the client of botocore, made at the first call or by `prepare`."""
        self._make = cache(make)

    async def prepare(self) -> None:
        """Make the client: what it needs to know of its service takes tenths of a second to read."""
        await self._on_a_thread(self._client)

    def __getattr__(self, operation: str) -> Callable[..., Awaitable[Any]]:
        if operation.startswith("_") or operation in _NO_OPERATIONS:
            raise AttributeError(f"a client on threads has no {operation}")

        async def call(**arguments: Any) -> Any:  # noqa: ANN401 - as the operation has it
            answer = await self._on_a_thread(lambda: getattr(self._client(), operation)(**arguments))
            if isinstance(answer, dict) and hasattr(answer.get("Body"), "read"):
                answer["Body"] = _Body(answer["Body"])
            return answer

        return call

    def _client(self) -> Any:  # noqa: ANN401 - botocore makes its clients at run time
        with _making:
            return self._make()

    @staticmethod
    async def _on_a_thread(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - what it returns
        return await asyncio.get_running_loop().run_in_executor(_threads(), call)


class _Body:
    """What an object holds, read on threads."""

    def __init__(self, body: Any) -> None:  # noqa: ANN401 - botocore's
        self._body = body

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._body.close()

    async def read(self, size: int | None = None) -> bytes:
        """The next bytes, at most so many; none at the end."""
        return await asyncio.get_running_loop().run_in_executor(_threads(), self._body.read, size)


def client_on_threads(service: str, region: str, endpoint: str | None) -> ClientOnThreads:
    """A client of the service there, with the credentials of the environment."""
    config = Config(**CONFIG)
    create = partial(_session().create_client, service, region_name=region, endpoint_url=endpoint, config=config)
    return ClientOnThreads(create)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, "aws")
