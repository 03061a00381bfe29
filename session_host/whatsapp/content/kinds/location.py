"""Places."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from session_host.whatsapp.content.writings import Writer
from shared.contracts.content.kind import Content
from shared.contracts.content.location import Location as Place
from shared.contracts.shape import Location
from shared.contracts.shown import Shown


def place(content: Any) -> Location | None:  # noqa: ANN401 - a protobuf
    """Where a place is; None when it is nowhere, since JSON has no number for that."""
    return at(content, name=text_of(content.name), address=text_of(content.address), live=content.isLive or None)


def write(place: Place, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """A place that stays where it is."""
    where = message.locationMessage
    where.degreesLatitude, where.degreesLongitude = place.latitude, place.longitude
    where.name, where.address = place.name or "", place.address or ""
    if surrounding is not None:
        where.contextInfo.CopyFrom(surrounding)


def pinned(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A place that stays where it is."""
    text = text_of(content.comment, content.name, content.address)
    return Reading("location", Shown(message=text, location=place(content)))


def at(content: Any, **fields: Any) -> Location | None:  # noqa: ANN401 - a protobuf
    """Where something is, with what else is known of it; None when it is nowhere."""
    latitude, longitude = content.degreesLatitude, content.degreesLongitude
    if not (isfinite(latitude) and isfinite(longitude)):
        return None
    return Location(latitude=latitude, longitude=longitude, **fields)


READERS: Mapping[str, Reader] = {"locationMessage": pinned}
WRITERS: Mapping[type[Content], Writer] = {Place: write}
