"""Clients of AWS whose calls go on the loop, by aiobotocore.

It loads httpx where that is installed, as another way to AWS that nobody here takes, and with it httpx's own program:
0.1 s of a processor.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any

from shared.adapters.aws.calls import CONFIG
from shared.hidden import hidden

with hidden("httpx", "httpx2"):
    from aiobotocore.config import AioConfig
    from aiobotocore.session import AioSession, get_session


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
        config=AioConfig(**CONFIG),
    )


@cache
def _session() -> AioSession:
    """One for the process: it keeps the descriptions of the services, which take most of a second to read."""
    return get_session()
