"""Both addresses of people whom the library names by one, as far as its map of people has them."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.library.neonize_client import NeonizeClient
from shared.contracts.event import Person
from shared.jids import LID, Jid


def person_at(library: NeonizeClient, jid: Jid) -> Person:
    """Who has this address. WhatsApp is not asked."""
    if jid.server == LID:
        return Person(number=library.number_of(jid).User or None, lid=str(jid))
    lid = library.lid_of(jid).User
    return Person(number=jid.user, lid=f"{lid}@{LID}" if lid else None)


def person_of(library: NeonizeClient, jid: Any) -> Person:  # noqa: ANN401 - a protobuf
    """The same of an address as the library has it."""
    return person_at(library, Jid(jid.User, jid.Server))
