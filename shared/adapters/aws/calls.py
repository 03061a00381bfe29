"""What both kinds of clients share: how long is waited, how often is tried, and failures as errors of the catalogue."""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import StoreUnavailable

CONFIG: Final[dict[str, Any]] = {
    "connect_timeout": 2,
    "read_timeout": 5,
    "max_pool_connections": 50,
    # Throttling, 5xx and lost connections are tried again, with growing pauses.
    "retries": {"mode": "standard", "total_max_attempts": 4},
    "s3": {"addressing_style": "path"},
}


def unavailable(error: BotoCoreError | ClientError, service: str) -> StoreUnavailable:
    """The error of the catalogue for one that retries did not cure."""
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    words = f"{service} cannot be used ({code or type(error).__name__}). Nothing was accepted."
    return StoreUnavailable(words, retry_after=2.0, inside=error)


def broken_off() -> type[Exception]:
    """What is raised when a connection ends in the middle of a body: aiohttp's, loaded when something was raised."""
    from aiohttp import ClientError as BrokenOff  # noqa: PLC0415

    return BrokenOff
