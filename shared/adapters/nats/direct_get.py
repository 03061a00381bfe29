"""Many messages of a stream by one request (JetStream's direct get), each taken where it is read.

nats-py's own subscriptions make an object, a turn of a queue and a wait with a timer of every message that comes: as
much work as all else that is done to read an event.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

import orjson
from nats.aio.subscription import Subscription
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


class DirectGets:
    """Those of one connection; all answers come on one subscription."""

    def __init__(self, connection: StraightClient) -> None:
        self._connection = connection
        self._inbox = connection.new_inbox()
        self._subscription: asyncio.Task[Subscription] | None = None
        self._numbers = count()
        self._asked: dict[str, _Asked] = {}
        """By the subjects that answers come on."""

    async def get(self, stream: str, wanted: Mapping[str, object], within: float) -> tuple[list[Stored], bool]:
        """Messages, and whether the replica that answered has more.

        Args:
            stream: its name.
            wanted: the request, as NATS has it (ADR-31 of its architecture).
            within: seconds for each answer.

        Raises:
            NotGiven: the server refuses.
            TimeoutError: it is silent.
            Error: of nats-py: the connection is gone.
        """
        await self._listen()
        name, asked = f"{self._inbox}.{next(self._numbers)}", _Asked()
        self._asked[name] = asked
        try:
            self._connection.say(f"$JS.API.DIRECT.GET.{stream}", orjson.dumps(wanted), name)
            return await asked.all(within)
        finally:
            del self._asked[name]

    async def _listen(self) -> None:
        if self._subscription is None:
            self._subscription = asyncio.create_task(self._connection.take(f"{self._inbox}.*", self._take))
        try:
            await asyncio.shield(self._subscription)
        except (Error, OSError):
            self._subscription = None
            raise

    def _take(self, subject: str, _reply: str, payload: bytes, raw: bytes | None) -> None:
        if (asked := self._asked.get(subject)) is not None:
            asked.take(payload, raw or b"")


class _Asked:
    """What comes for one request."""

    def __init__(self) -> None:
        self._found: list[Stored] = []
        self._over: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def take(self, payload: bytes, raw: bytes) -> None:
        first, *lines = raw.decode().rstrip().split("\r\n")
        headers = dict([line.split(": ", 1) for line in lines])
        code, _, words = first.removeprefix(_FIRST_LINE).strip().partition(" ")
        if not code:
            self._found.append(_stored(headers, payload))
        elif self._over.done():
            return
        elif code in {_END, _NOT_FOUND}:
            self._over.set_result(code == _END and int(headers.get("Nats-Num-Pending", "0")) > 0)
        else:
            self._over.set_exception(NotGiven(f"{code} {headers.get('Description') or words}".strip()))

    async def all(self, within: float) -> tuple[list[Stored], bool]:
        while not self._over.done():
            came = len(self._found)
            await asyncio.wait([self._over], timeout=within)
            if not self._over.done() and len(self._found) == came:
                raise TimeoutError
        return self._found, self._over.result()


def _stored(headers: Mapping[str, str], payload: bytes) -> Stored:
    return Stored(
        subject=headers["Nats-Subject"],
        sequence=int(headers["Nats-Sequence"]),
        stored_at=headers["Nats-Time-Stamp"],
        id=headers.get(Header.MSG_ID, ""),
        data=payload,
    )
