"""Where somebody is at the moment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.kinds.location import at
from session_host.whatsapp.content.readings import Reader, Reading, text_of
from session_host.whatsapp.content.writings import Writer
from shared.contracts.content.kind import Content
from shared.contracts.content.live_location import LiveLocation
from shared.contracts.shown import Shown


def read(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """One of its messages."""
    return Reading("live_location", Shown(message=text_of(content.caption), location=at(content, live=True)))


def write(where: LiveLocation, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """Numbered by the time, since the later one counts."""
    part = message.liveLocationMessage
    part.degreesLatitude, part.degreesLongitude = where.latitude, where.longitude
    part.accuracyInMeters, part.speedInMps = where.accuracy or 0, where.speed or 0.0
    part.degreesClockwiseFromMagneticNorth, part.caption = where.heading or 0, where.caption or ""
    part.sequenceNumber = time.time_ns() // 1_000
    if surrounding is not None:
        part.contextInfo.CopyFrom(surrounding)


READERS: Mapping[str, Reader] = {"liveLocationMessage": read}
WRITERS: Mapping[type[Content], Writer] = {LiveLocation: write}
