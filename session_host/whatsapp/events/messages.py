"""Messages that the library could not read."""

from __future__ import annotations

from session_host.whatsapp import from_whatsapp
from session_host.whatsapp.hearing import hears
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import protobufs

hears(EventNumber.UNDECRYPTABLE, protobufs.UndecryptableMessage)(from_whatsapp.unavailable)
