"""Clients of AWS, and their failures told as errors of the catalogue. Importing it takes over a second: do it late."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession, get_session
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import StoreUnavailable
from shared.settings import StoreSettings

_CONFIG = AioConfig(
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=50,
    # Throttling, 5xx and lost connections are tried again, with growing pauses.
    retries={"mode": "standard", "total_max_attempts": 4},
    s3={"addressing_style": "path"},
)


@asynccontextmanager
async def aws_client(service: str, settings: StoreSettings) -> AsyncGenerator[Any]:
    """A client of the service, with the credentials that the environment of the process gives it."""
    async with client_of(service, settings.aws_region, settings.aws_endpoint_url) as client:
        yield client


def client_of(
    service: str, region: str, endpoint: str | None, access_key_id: str | None = None, secret_key: str | None = None
) -> AbstractAsyncContextManager[Any]:
    """A client of the service there, with these credentials or those of the environment."""
    return _session().create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_key,
        config=_CONFIG,
    )


@cache
def _session() -> AioSession:
    """One for the process: it keeps the descriptions of the services, which take most of a second to read."""
    return get_session()


def unavailable(error: BotoCoreError | ClientError, service: str) -> StoreUnavailable:
    """The error of the catalogue for one that retries did not cure."""
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    words = f"{service} cannot be used ({code or type(error).__name__}). Nothing was accepted."
    return StoreUnavailable(words, retry_after=2.0, inside=error)
