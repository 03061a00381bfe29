"""Many messages of a stream by one request (JetStream's direct get), each taken where it is read.

nats-py's own subscriptions make an object, a turn of a queue and a wait with a timer of every message that comes: as
much work as all else that is done to read an event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import orjson
from nats.errors import Error
from nats.js.api import Header

from shared.adapters.nats.client import StraightClient

_END, _NOT_FOUND = "204", "404"
_FIRST_LINE = "NATS/1.0"


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as a stream has it."""

    subject: str
    sequence: int
    stored_at: str
    """ISO 8601."""
    id: str
    """That it was published under; empty: none."""
    data: bytes


class NotGiven(Exception):  # noqa: N818 - it says what is
    """The server refuses; its words."""


async def direct_get(
    connection: StraightClient, stream: str, wanted: Mapping[str, object], within: float
) -> tuple[list[Stored], bool]:
    """Messages, and whether the replica that answered has more.

    Args:
        connection: to the server.
        stream: its name.
        wanted: the request, as NATS has it (ADR-31 of its architecture).
        within: seconds for each answer.

    Raises:
        NotGiven: the server refuses.
        TimeoutError: it is silent.
        Error: of nats-py: the connection is gone.
    """
    found: list[Stored] = []
    over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def take(_subject: str, _reply: str, payload: bytes, raw: bytes | None) -> None:
        first, *lines = (raw or b"").decode().rstrip().split("\r\n")
        headers = dict([line.split(": ", 1) for line in lines])
        status = first.removeprefix(_FIRST_LINE).strip()
        if not status:
            found.append(_stored(headers, payload))
        elif not over.done():
            _end(over, status, headers)

    inbox = connection.new_inbox()
    answers = await connection.take(inbox, take)
    try:
        connection.say(f"$JS.API.DIRECT.GET.{stream}", orjson.dumps(wanted), inbox)
        while not over.done():
            came = len(found)
            await asyncio.wait([over], timeout=within)
            if not over.done() and len(found) == came:
                raise TimeoutError
        return found, over.result()
    finally:
        with suppress(Error):
            await answers.unsubscribe()


def _stored(headers: Mapping[str, str], payload: bytes) -> Stored:
    return Stored(
        subject=headers["Nats-Subject"],
        sequence=int(headers["Nats-Sequence"]),
        stored_at=headers["Nats-Time-Stamp"],
        id=headers.get(Header.MSG_ID, ""),
        data=payload,
    )


def _end(over: asyncio.Future[bool], status: str, headers: Mapping[str, str]) -> None:
    code, _, words = status.partition(" ")
    if code in {_END, _NOT_FOUND}:
        over.set_result(code == _END and int(headers.get("Nats-Num-Pending", "0")) > 0)
    else:
        over.set_exception(NotGiven(f"{code} {headers.get('Description') or words}".strip()))
