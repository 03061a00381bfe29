"""Events to come to, answers to them, and invitations to groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from session_host.whatsapp.content.kinds.location import place
from session_host.whatsapp.content.readings import Reader, Reading, text_of
from session_host.whatsapp.content.writings import Writer
from shared.contracts.cards import Calendar, EventAnswer, Invite
from shared.contracts.content.group_invite import GroupInvite
from shared.contracts.content.kind import Content
from shared.contracts.shown import Shown

_LATEST = 253_402_300_799
"""Seconds since 1970, the end of the year 9999: some clients give milliseconds."""
_MILLISECONDS = 1000
RESPONSES: Mapping[int, Literal["going", "not_going", "maybe"]] = {1: "going", 2: "not_going", 3: "maybe"}
"""By their numbers in `EventResponseMessage`."""


def event(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """An event."""
    shown = Calendar(
        name=text_of(content.name),
        description=text_of(content.description),
        starts_at=_moment(content.startTime),
        ends_at=_moment(content.endTime),
        location=place(content.location) if content.HasField("location") else None,
        link=text_of(content.joinLink),
        cancelled=content.isCanceled or None,
    )
    return Reading("event", Shown(message=text_of(content.name, content.description), event=shown))


def event_invite(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """An event of another chat."""
    shown = Calendar(
        name=text_of(content.eventTitle),
        starts_at=_moment(content.startTime),
        ends_at=_moment(content.endTime),
        link=text_of(content.callLink),
        cancelled=content.isCanceled or None,
    )
    return Reading("event", Shown(message=text_of(content.caption, content.eventTitle), event=shown))


def answer(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """Whether somebody comes: only who has the secret of the event can read it (`sealed`)."""
    key = content.eventCreationMessageKey
    return Reading("event_answer", Shown(answer=EventAnswer(message_id=key.ID)), key)


def group_invite(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """An invitation to a group."""
    shown = Invite(
        group=text_of(content.groupJID),
        name=text_of(content.groupName),
        code=text_of(content.inviteCode),
        expires_at=_moment(content.inviteExpiration),
    )
    return Reading("group_invite", Shown(message=text_of(content.caption, content.groupName), invite=shown))


def write_invite(invite: GroupInvite, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """An invitation to a group."""
    part = message.groupInviteMessage
    part.groupJID, part.groupName = invite.group_jid, invite.group_name
    part.inviteCode, part.inviteExpiration = invite.code, invite.expires_at
    part.caption = invite.caption or ""
    if surrounding is not None:
        part.contextInfo.CopyFrom(surrounding)


def _moment(told: int) -> int | None:
    """Seconds since 1970; None when it is no such time."""
    seconds = told // _MILLISECONDS if told > _LATEST else told
    return seconds if 0 < seconds <= _LATEST else None


READERS: Mapping[str, Reader] = {
    "eventMessage": event,
    "eventInviteMessage": event_invite,
    "encEventResponseMessage": answer,
    "groupInviteMessage": group_invite,
}
WRITERS: Mapping[type[Content], Writer] = {GroupInvite: write_invite}
