"""Clients of emulated AWS for the field itself; emulators take any credentials."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session

from shared.settings import StoreSettings


@asynccontextmanager
async def emulated(service: str, stores: StoreSettings) -> AsyncGenerator[Any]:
    """A client of the service that needs nothing of the environment."""
    async with _session().create_client(
        service,
        region_name=stores.aws_region,
        endpoint_url=stores.aws_endpoint_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - see above
        config=AioConfig(s3={"addressing_style": "path"}),
    ) as client:
        yield client


@cache
def _session() -> AioSession:
    return get_session()
