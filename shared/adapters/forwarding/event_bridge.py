"""Forwards to a bus of Amazon EventBridge.

Facts: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.adapters.forwarding.asking import asked, taken
from shared.adapters.forwarding.bodies import fitting
from shared.events.telling import PublicEvent

_AT_ONCE = 10
_MOST = 256 * 1024
"""Bytes of all entries of a call."""
_ROOM = 1024
"""Bytes for what goes along with a body."""


class EventBridgeSink:
    """`shared.forwarders.ports.Sink`."""

    linger = 0.0

    def __init__(self, client: Any, bus: str, source: str) -> None:  # noqa: ANN401 - aiobotocore makes its clients at run time
        self._client = client
        self._bus = bus
        self._source = source

    async def take(self, events: Sequence[PublicEvent], done: set[str]) -> int:
        """Take events; the position of the last one. Raises NotTaken."""
        waiting = [event for event in events if event.id not in done]
        while waiting:
            batch = _batch(waiting)
            answer = await asked(self._client.put_events(Entries=[self._entry(event) for event in batch]))
            results = answer["Entries"]
            done |= {event.id for event, result in zip(batch, results, strict=True) if "EventId" in result}
            taken([f"{each['ErrorCode']}: {each.get('ErrorMessage', '')}" for each in results if "ErrorCode" in each])
            waiting = waiting[len(batch) :]
        return events[-1].position

    def _entry(self, event: PublicEvent) -> dict[str, Any]:
        return {
            "EventBusName": self._bus,
            "Source": self._source,
            "DetailType": event.type,
            "Detail": fitting(event, _MOST - _ROOM).decode(),
        }


def _batch(waiting: Sequence[PublicEvent]) -> list[PublicEvent]:
    batch: list[PublicEvent] = []
    room = _MOST
    for event in waiting[:_AT_ONCE]:
        room -= len(fitting(event, _MOST - _ROOM)) + _ROOM
        if room < 0:
            break
        batch.append(event)
    return batch
