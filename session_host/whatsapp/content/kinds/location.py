"""Places."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from shared.contracts.shown import Location, Shown


def place(content: Any) -> Location | None:  # noqa: ANN401 - a protobuf
    """Where a place is; None when it is nowhere, since JSON has no number for that."""
    return _at(content, name=text_of(content.name), address=text_of(content.address), live=content.isLive or None)


def pinned(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A place that stays where it is."""
    text = text_of(content.comment, content.name, content.address)
    return Reading("location", Shown(message=text, location=place(content)))


def live(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """Where somebody is at the moment."""
    return Reading("live_location", Shown(message=text_of(content.caption), location=_at(content, live=True)))


def _at(content: Any, **fields: Any) -> Location | None:  # noqa: ANN401 - a protobuf
    latitude, longitude = content.degreesLatitude, content.degreesLongitude
    if not (isfinite(latitude) and isfinite(longitude)):
        return None
    return Location(latitude=latitude, longitude=longitude, **fields)


READERS: Mapping[str, Reader] = {"locationMessage": pinned, "liveLocationMessage": live}
