"""A client of AWS for a process, by its settings. What makes one is loaded then: it takes most of a second."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from shared.settings import StoreSettings

_SELDOM = frozenset({"s3"})
"""Few requests touch a file: on threads, where a process starts cold, its client is made by the first that does."""


@asynccontextmanager
async def aws_client(service: str, settings: StoreSettings) -> AsyncGenerator[Any]:
    """A client of the service, with the credentials that the environment of the process gives it."""
    if settings.aws_on_threads:
        from shared.adapters.aws.on_threads import client_on_threads  # noqa: PLC0415 - either is a second way

        client = client_on_threads(service, settings.aws_region, settings.aws_endpoint_url)
        if service not in _SELDOM:
            await client.prepare()
        yield client
    else:
        from shared.adapters.aws.on_the_loop import client_of  # noqa: PLC0415

        async with client_of(service, settings.aws_region, settings.aws_endpoint_url) as client:
            yield client
