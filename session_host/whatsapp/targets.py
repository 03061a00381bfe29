"""The message that another one is about: an edit, a delete, a reaction, a vote, an option, an answer to an event.

WhatsApp names it from the point of view of who says something about it: `fromMe` means a message of theirs.
"""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.content.people import number_and_lid
from session_host.whatsapp.content.readings import Reading
from shared.contracts.events import Target
from shared.jids import LID, PHONE

_ADMIN_REVOKE = "8"
"""`edit` of the message with which the admin of a group deletes somebody else's."""
_BY_ANYBODY = frozenset({"reaction", "vote", "poll_option", "event_answer"})
_LATEST = 253_402_300_799_000
"""Milliseconds since 1970, the end of the year 9999."""

_Person = tuple[str | None, str | None]


def target_of(reading: Reading, info: Any, sender: _Person, people: Acquaintances) -> Target | None:  # noqa: ANN401 - a protobuf
    """The message to change; None when it is about no other, or its sender may not change that.

    Args:
        reading: what is said.
        info: the library's `MessageInfo` of it.
        sender: number and LID of who says it.
        people: who is who.
    """
    source, key = info.MessageSource, reading.key
    if key is None or not key.ID or reading.type not in _BY_ANYBODY | {"edit", "revoke"}:
        return None
    at = said_at(reading, info.Timestamp)
    if key.fromMe:
        number, lid = sender
        return Target(id=key.ID, from_me=source.IsFromMe, from_number=number, from_lid=lid, said_at=at)
    by_admin = reading.type == "revoke" and source.IsGroup and info.Edit == _ADMIN_REVOKE
    if not by_admin and reading.type not in _BY_ANYBODY:
        return None
    number, lid = _other(source, key, people)
    mine = people.is_me(number, lid)
    return Target(id=key.ID, from_me=mine, from_number=number, from_lid=lid, said_at=at)


def said_at(reading: Reading, sent_at: int) -> int:
    """When something was said, as the device of its sender says, else as WhatsApp does; milliseconds since 1970."""
    return reading.said_at if 0 < reading.said_at <= _LATEST else sent_at


def _other(source: Any, key: Any, people: Acquaintances) -> _Person:  # noqa: ANN401 - protobufs
    """Who wrote a message that is not of who says something about it."""
    if key.participant:
        number, lid = number_and_lid(key.participant)
        return (people.my_number, people.my_lid) if people.is_me(number, lid) else (number, lid)
    if not source.IsFromMe:
        return people.my_number, people.my_lid
    found: dict[str, str] = {jid.Server: jid.User for jid in (source.Chat, source.RecipientAlt) if jid.User}
    return found.get(PHONE), f"{found[LID]}@{LID}" if LID in found else None
