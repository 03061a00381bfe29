"""Pieces of what was said before the session was linked, which the phone sends at a pairing."""

from __future__ import annotations

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.hearing import hears
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.past.piece import PieceCame


class Unread:
    """Stands for the protobuf, which may be tens of megabytes: its bytes go to the disk, and are read there."""

    FromString = staticmethod(bytes)


@hears(EventNumber.HISTORY_SYNC, Unread)
def piece(payload: bytes, at: int, people: Acquaintances) -> Arrival:
    """A piece came; the library has had WhatsApp delete it."""
    return Arrival(PieceCame(at=at, number=people.my_number, lid=people.my_lid), payload)
