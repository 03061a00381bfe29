"""Forwards to a bucket: a JSON object a line, in objects of the hour in which the log took them.

An object is named by its first event and written once, on the condition that nobody wrote it before. Whoever finds it
there, after a crash or because somebody else forwards by now, goes on behind the last event that it says it has. So
each event is in one object, whoever writes and whenever he dies.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.adapters.forwarding.asking import AlreadyThere, asked
from shared.events.cursor import parsed
from shared.events.telling import PublicEvent
from shared.forwarders.model import Forwarder
from shared.forwarders.ports import NotTaken
from shared.forwarders.targets import S3

_UPTO = "wagate-position"
"""Of an object: the position of its last event."""


class S3Sink:
    """`shared.forwarders.ports.Sink`."""

    def __init__(self, client: Any, target: S3, forwarder: Forwarder) -> None:  # noqa: ANN401 - aiobotocore makes it
        self.linger = float(target.seconds)
        self._client = client
        self._bucket = target.bucket
        self._prefix = target.prefix.strip("/")
        self._forwarder = forwarder

    async def take(self, events: Sequence[PublicEvent], done: set[str]) -> int:  # noqa: ARG002 - it is all or none
        """Write the events of the first one's hour; the position of the last that is there. Raises NotTaken."""
        log, hour = self._when(events[0])
        batch = [event for event in events if self._when(event) == (log, hour)]
        upto, name = batch[-1].position, self._name(events[0], log, hour)
        try:
            await asked(
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=name,
                    Body=b"".join(event.body + b"\n" for event in batch),
                    ContentType="application/x-ndjson",
                    Metadata={_UPTO: str(upto)},
                    IfNoneMatch="*",
                )
            )
        except AlreadyThere:
            upto = await self._there(name)
        return upto

    async def _there(self, name: str) -> int:
        found = await asked(self._client.head_object(Bucket=self._bucket, Key=name))
        try:
            return int(found["Metadata"][_UPTO])
        except (KeyError, ValueError) as error:
            raise NotTaken(f"{name} exists already, and this forwarder did not write it") from error

    def _when(self, event: PublicEvent) -> tuple[int, datetime]:
        """The log it stands in, and the hour in which that took it."""
        cursor = parsed(event.cursor, self._forwarder.key_id)
        hour = datetime.fromtimestamp(cursor.at / 1000, UTC).replace(minute=0, second=0, microsecond=0)
        return cursor.log, hour

    def _name(self, first: PublicEvent, log: int, hour: datetime) -> str:
        folder = f"{self._prefix}/{hour:%Y/%m/%d/%H}".lstrip("/")
        return f"{folder}/{self._forwarder.id}-{log:x}-{first.position:012d}.ndjson"
