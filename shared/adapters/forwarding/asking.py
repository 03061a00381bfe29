"""Asks a service of AWS, and says in words what went wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.forwarders.ports import NotTaken

_SHOWN = 300
_THERE = "PreconditionFailed"


class AlreadyThere(Exception):  # noqa: N818 - it says what is
    """An object of that name is there."""


async def asked(call: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """Its answer.

    Raises:
        AlreadyThere: what was to be made is there.
        NotTaken: it refused, or does not answer after all tries of the client.
    """
    try:
        return await call
    except ClientError as error:
        said = error.response.get("Error", {})
        if said.get("Code") == _THERE:
            raise AlreadyThere from error
        raise NotTaken(f"{said.get('Code', '')}: {said.get('Message', '')}"[:_SHOWN]) from error
    except BotoCoreError as error:
        raise NotTaken(f"{type(error).__name__}: {error}"[:_SHOWN]) from error


def taken(failures: Sequence[str]) -> None:
    """Raises NotTaken when there are any."""
    if failures:
        raise NotTaken(failures[0][:_SHOWN])
