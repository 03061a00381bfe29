"""A reader says where it stands which event of the library it reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.library.event_numbers import EventNumber

Read = Callable[[Any, int, Acquaintances], Arrival | None]
"""From a protobuf of the library, the milliseconds since 1970, and who is who, to what goes into the journal."""


class Reader(NamedTuple):
    """How one event is read."""

    protobuf: Any
    """Its class."""
    read: Read


READERS: dict[int, Reader] = {}
"""By the event's number. Filled by the modules of `events`: `callbacks` has them all."""


def hears(number: EventNumber, protobuf: Any) -> Callable[[Read], Read]:  # noqa: ANN401 - a protobuf's class
    """Have a function read an event. It is called on the client's own thread: nothing in it may wait."""

    def take(read: Read) -> Read:
        READERS[number] = Reader(protobuf, read)
        return read

    return take
