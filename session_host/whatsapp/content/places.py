"""Places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from shared.contracts.shown import Location, Shown


def place(content: Any) -> Location:  # noqa: ANN401 - a protobuf
    """Where a place is."""
    return Location(
        latitude=content.degreesLatitude,
        longitude=content.degreesLongitude,
        name=text_of(content.name),
        address=text_of(content.address),
        live=content.isLive or None,
    )


def pinned(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A place that stays where it is."""
    text = text_of(content.comment, content.name, content.address)
    return Reading("location", Shown(message=text, location=place(content)))


def live(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """Where somebody is at the moment."""
    where = Location(latitude=content.degreesLatitude, longitude=content.degreesLongitude, live=True)
    return Reading("live_location", Shown(message=text_of(content.caption), location=where))


READERS: Mapping[str, Reader] = {"locationMessage": pinned, "liveLocationMessage": live}
