"""What happened to groups, as WhatsApp tells every member: also what the session itself has done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from session_host.whatsapp.acquaintances import Acquaintances
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.hearing import hears
from session_host.whatsapp.library.event_numbers import EventNumber
from session_host.whatsapp.library.neonize_client import protobufs
from shared.contracts.event import Person
from shared.contracts.group_events import GroupChange, GroupChanged, GroupChangeKind, GroupJoined
from shared.jids import LID, PHONE

_PEOPLE: tuple[tuple[str, GroupChangeKind], ...] = (
    ("Join", "add"), ("Leave", "remove"), ("Promote", "promote"), ("Demote", "demote"),
)  # fmt: skip
_REQUESTS: dict[str, GroupChangeKind] = {
    "created_membership_requests": "join_requested",
    "revoked_membership_requests": "join_request_withdrawn",
}
"""Elements that the library has no field for, with people in them."""
_LONGEST_SUBJECT = 1_000
_LONGEST_TEXT = 10_000


@hears(EventNumber.GROUP_INFO, protobufs.GroupInfoEvent)
def changed(event: Any, at: int, people: Acquaintances) -> Arrival:  # noqa: ANN401 - a protobuf
    """Something of a group is otherwise; what the library does not tell is `other`: the group has to be read again."""
    changes = (*_settings(event), *_members(event), *_unknown(event))
    return people.introduce(
        GroupChanged(
            at=at,
            group=_address(event.JID),
            timestamp=event.Timestamp,
            by=person(event.Sender) if event.HasField("Sender") else None,
            changes=changes or (GroupChange(what="other"),),
        )
    )


@hears(EventNumber.JOINED_GROUP, protobufs.JoinedGroup)
def joined(event: Any, at: int, people: Acquaintances) -> Arrival:  # noqa: ANN401 - a protobuf
    """The session's number is in a group now."""
    group = event.GroupInfo
    by = person(event.Sender, event.SenderPN)
    return people.introduce(
        GroupJoined(
            at=at,
            group=_address(group.JID),
            subject=group.GroupName.Name[:_LONGEST_SUBJECT],
            size=len(group.Participants),
            reason=event.Reason or None,
            by=by if by.number or by.lid else None,
        )
    )


def person(*jids: Any) -> Person:  # noqa: ANN401 - protobufs
    """Somebody by all the addresses that are told."""
    known = {jid.Server: jid.User for jid in jids if jid.User}
    return Person(number=known.get(PHONE), lid=f"{known[LID]}@{LID}" if LID in known else None)


def _settings(event: Any) -> Iterator[GroupChange]:  # noqa: ANN401 - a protobuf
    if event.HasField("Name"):
        yield GroupChange(what="subject", value=event.Name.Name[:_LONGEST_SUBJECT])
    if event.HasField("Topic"):
        yield GroupChange(what="description", value=event.Topic.Topic[:_LONGEST_TEXT] or None)
    if event.HasField("Locked"):
        yield GroupChange(what="locked", value=event.Locked.isLocked)
    if event.HasField("Announce"):
        yield GroupChange(what="announce", value=event.Announce.IsAnnounce)
    if event.HasField("Ephemeral"):
        seconds = event.Ephemeral.DisappearingTimer if event.Ephemeral.IsEphemeral else 0
        yield GroupChange(what="ephemeral", value=seconds)
    if event.HasField("NewInviteLink"):
        yield GroupChange(what="invite_link", value=event.NewInviteLink[:_LONGEST_SUBJECT])
    if event.HasField("Delete"):
        yield GroupChange(what="deleted", reason=event.Delete.DeletedReason or None)
    if event.HasField("Link"):
        yield GroupChange(what="link", value=_address(event.Link.Group.JID))
    if event.HasField("Unlink"):
        yield GroupChange(
            what="unlink", value=_address(event.Unlink.Group.JID), reason=event.Unlink.UnlinkReason or None
        )


def _members(event: Any) -> Iterator[GroupChange]:  # noqa: ANN401 - a protobuf
    for field, what in _PEOPLE:
        changed_people = getattr(event, field)
        if changed_people:
            reason = (event.JoinReason or None) if what == "add" else None
            yield GroupChange(what=what, people=tuple(map(person, changed_people)), reason=reason)


def _unknown(event: Any) -> Iterator[GroupChange]:  # noqa: ANN401 - a protobuf
    for node in event.UnknownChanges:
        if node.Tag in _REQUESTS:
            asking = tuple(filter(_is_known, map(_person_of, node.Nodes)))
            yield GroupChange(what=_REQUESTS[node.Tag], people=asking)
        elif node.Tag == "member_add_mode":
            yield GroupChange(what="member_add_mode", value=node.Bytes.decode(errors="replace")[:_LONGEST_SUBJECT])
        elif node.Tag == "membership_approval_mode":
            yield GroupChange(what="join_approval")
        else:
            yield GroupChange(what="other")


def _person_of(node: Any) -> Person:  # noqa: ANN401 - a protobuf
    return person(*(attribute.jid for attribute in node.Attrs if attribute.HasField("jid")))


def _is_known(someone: Person) -> bool:
    return bool(someone.number or someone.lid)


def _address(jid: Any) -> str:  # noqa: ANN401 - a protobuf
    return f"{jid.User}@{jid.Server}"
