"""The library's protobufs of groups, as they are shown."""

from __future__ import annotations

import time
from typing import Any, Literal

from shared.contracts.group import Community, Group, Member, Owner
from shared.jids import LID, PHONE

_ROUNDED = 64
"""Seconds by which the library's time of a group's creation may be wrong: it has it with 24 bits (`float32`)."""


def group_of(info: Any, *, members: bool = True) -> Group:  # noqa: ANN401 - a protobuf
    """A `GroupInfo`, with its members or without."""
    there = [each for each in info.Participants if not each.Error]
    owner = addresses(info.OwnerJID, info.OwnerPN)
    return Group(
        jid=f"{info.JID.User}@{info.JID.Server}",
        subject=info.GroupName.Name,
        description=info.GroupTopic.Topic or None,
        owner=Owner(**owner) if owner else None,
        created_at=_created_at(info),
        announce=info.GroupAnnounce.IsAnnounce,
        locked=info.GroupLocked.isLocked,
        ephemeral=info.GroupEphemeral.DisappearingTimer if info.GroupEphemeral.IsEphemeral else 0,
        community=_community(info),
        size=len(there),
        participants=tuple(map(_member, there)) if members else None,
    )


def addresses(*jids: Any) -> dict[str, str]:  # noqa: ANN401 - protobufs
    """Number and LID of somebody, as far as they are told: `{"number": …, "lid": …}`."""
    known = {jid.Server: jid.User for jid in jids if jid.User}
    number = {"number": known[PHONE]} if PHONE in known else {}
    return number | ({"lid": f"{known[LID]}@{LID}"} if LID in known else {})


def _member(participant: Any) -> Member:  # noqa: ANN401 - a protobuf
    admin: Literal["admin", "superadmin"] | None = "admin" if participant.IsAdmin else None
    return Member(
        **addresses(participant.JID, participant.PhoneNumber, participant.LID),
        admin="superadmin" if participant.IsSuperAdmin else admin,
    )


def _community(info: Any) -> Community | None:  # noqa: ANN401 - a protobuf
    parent = info.GroupLinkedParent.LinkedParentJID
    community = Community(
        parent=f"{parent.User}@{parent.Server}" if parent.User else None,
        is_parent=info.GroupParent.IsParent or None,
        announcements=info.GroupIsDefaultSub.IsDefaultSubGroup or None,
    )
    return community if community != Community() else None


def _created_at(info: Any) -> int | None:  # noqa: ANN401 - a protobuf
    """Milliseconds since 1970. A group that kept its first name has the exact time beside that name."""
    rounded, named_at = int(info.GroupCreated), info.GroupName.NameSetAt
    if rounded <= 0:
        return None
    if abs(named_at - rounded) <= _ROUNDED:
        return int(named_at) * 1000
    return min(rounded, int(time.time())) * 1000
