"""Who comes, goes and writes, and who shows another picture."""

from __future__ import annotations

from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.hearing import hears
from session_host.whatsapp.library.declarations import known
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import protobufs
from shared.contracts.event import Person
from shared.contracts.group_events import GroupChange, GroupChanged
from shared.contracts.people_events import ContactChanged, PresenceChanged, chat_with
from shared.jids import GROUP, LID, PHONE


@hears(EventNumber.PRESENCE, protobufs.Presence)
def presence(event: Any, at: int, people: Acquaintances) -> Arrival:  # noqa: ANN401 - a protobuf
    """Somebody came or went."""
    last_seen = event.LastSeen if event.LastSeen > 0 else None  # the year 1 stands for not told
    state = "unavailable" if event.Unavailable else "available"
    return people.introduce(PresenceChanged(at=at, who=_person(event.From), state=state, last_seen=last_seen))


@hears(EventNumber.CHAT_PRESENCE, protobufs.ChatPresence)
def writing(event: Any, at: int, people: Acquaintances) -> Arrival | None:  # noqa: ANN401 - a protobuf
    """Somebody began to write or record, or stopped; None for a state that the library does not know."""
    state = known(event, "State")
    if state is None:
        return None
    source = event.MessageSource
    who = _person(source.Sender, source.SenderAlt)
    writes = "recording" if known(event, "Media") == protobufs.ChatPresence.AUDIO else "composing"
    return people.introduce(
        PresenceChanged(
            at=at,
            who=who,
            chat=chat_with(who, f"{source.Chat.User}@{source.Chat.Server}"),
            state=writes if state == protobufs.ChatPresence.COMPOSING else "paused",
        )
    )


@hears(EventNumber.PICTURE, protobufs.Picture)
def picture(event: Any, at: int, people: Acquaintances) -> Arrival | None:  # noqa: ANN401 - a protobuf
    """Somebody shows another picture, or none; a group does, when an admin has set it."""
    if event.JID.Server == GROUP:
        change = GroupChange(what="picture", value=not event.Remove)
        by = _person(event.Author) if event.Author.User else None
        group = f"{event.JID.User}@{GROUP}"
        return people.introduce(GroupChanged(at=at, group=group, timestamp=event.Timestamp, by=by, changes=(change,)))
    who = _person(event.JID)
    if who.number is None and who.lid is None:
        return None
    changed = ContactChanged(at=at, who=who, what="picture", removed=event.Remove, timestamp=event.Timestamp)
    return people.introduce(changed)


def _person(*jids: Any) -> Person:  # noqa: ANN401 - protobufs
    number = next((jid.User for jid in jids if jid.User and jid.Server == PHONE), None)
    lid = next((f"{jid.User}@{LID}" for jid in jids if jid.User and jid.Server == LID), None)
    return Person(number=number, lid=lid)
