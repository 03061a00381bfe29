"""The JetStream stream that holds the events: what it is like, and that it is there."""

from __future__ import annotations

from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError

from shared.contracts.subjects import EVERY_EVENT

STREAM = "EVENTS"
DUPLICATE_WINDOW = 600.0
"""Seconds in which the server itself knows an event again. It covers a retry whose first try is still on its way;
for what comes later the log looks at what is stored (`event_log`). The server keeps each id of the window in memory."""

_OTHER_CONFIGURATION = 10058
"""`JSStreamNameExistErr`: the stream is there and is not like this."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How much the stream keeps, and how often."""

    max_age: float = 7 * 86_400.0
    """Seconds."""
    max_bytes: int = 1024**3
    replicas: int = 1


async def ensure_stream(jetstream: JetStreamContext, limits: StreamLimits) -> None:
    """Make the stream, or make it what the limits say. May be called by many processes at once.

    Raises:
        nats.errors.Error: NATS did not do it, has no JetStream, or too little room.
    """
    config = StreamConfig(
        name=STREAM,
        subjects=[EVERY_EVENT],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,  # when it is full nothing is lost: events wait in the journals
        max_age=limits.max_age,
        max_bytes=limits.max_bytes,
        num_replicas=limits.replicas,
        duplicate_window=min(DUPLICATE_WINDOW, limits.max_age),  # the server refuses a longer one
        allow_direct=True,  # readers ask for many events at once (`event_reader`)
    )
    try:
        await jetstream.add_stream(config)
    except APIError as error:
        if error.err_code != _OTHER_CONFIGURATION:
            raise
        await jetstream.update_stream(config)
