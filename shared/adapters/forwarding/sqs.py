"""Forwards to a queue of Amazon SQS.

Facts: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.adapters.forwarding.asking import asked, taken
from shared.adapters.forwarding.bodies import fitting
from shared.contracts.subjects import NO_SESSION
from shared.events.telling import PublicEvent

_AT_ONCE = 10
_MOST = 256 * 1024
"""Bytes of all messages of a call, in the oldest queues that are about."""
_ROOM = 512
"""Bytes for what goes along with a body."""


class SqsSink:
    """`shared.forwarders.ports.Sink`."""

    linger = 0.0

    def __init__(self, client: Any, queue_url: str) -> None:  # noqa: ANN401 - aiobotocore makes its clients at run time
        self._client = client
        self._queue_url = queue_url
        self._fifo = queue_url.endswith(".fifo")

    async def take(self, events: Sequence[PublicEvent], done: set[str]) -> int:
        """Take events; the position of the last one. Raises NotTaken."""
        waiting = [event for event in events if event.id not in done]
        while waiting:
            batch = self._batch(waiting)
            entries = [self._entry(number, event) for number, event in enumerate(batch)]
            answer = await asked(self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries))
            done |= {batch[int(each["Id"])].id for each in answer.get("Successful", [])}
            taken([f"{each['Code']}: {each.get('Message', '')}" for each in answer.get("Failed", [])])
            waiting = [event for event in waiting if event.id not in done]
        return events[-1].position

    def _batch(self, waiting: Sequence[PublicEvent]) -> list[PublicEvent]:
        """Those that go next. In a FIFO queue one of each session: when it fails, none is there before it."""
        batch: list[PublicEvent] = []
        sessions: set[str] = set()
        room = _MOST
        for event in waiting:
            room -= len(fitting(event, _MOST - _ROOM)) + _ROOM
            if room < 0 or len(batch) == _AT_ONCE:
                break
            if not self._fifo or event.session_uid not in sessions:
                batch.append(event)
                sessions.add(event.session_uid)
        return batch

    def _entry(self, number: int, event: PublicEvent) -> dict[str, Any]:
        entry = {
            "Id": str(number),
            "MessageBody": fitting(event, _MOST - _ROOM).decode(),
            "MessageAttributes": {
                "id": {"DataType": "String", "StringValue": event.id},
                "type": {"DataType": "String", "StringValue": event.type},
            },
        }
        if self._fifo:
            group = "key" if event.session_uid == NO_SESSION else event.session_uid
            entry |= {"MessageGroupId": group, "MessageDeduplicationId": event.id}
        return entry
