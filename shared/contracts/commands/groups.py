"""Groups: what WhatsApp is asked about them, and what is changed in them."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from shared.contracts.commands.command import Change, Done, Question, Reply
from shared.contracts.event import Person
from shared.contracts.group import Group
from shared.discreet import Discreet

Action = Literal["add", "remove", "promote", "demote"]
MemberState = Literal[
    "added", "removed", "promoted", "demoted", "invited", "already", "not_on_whatsapp", "not_in_group", "forbidden",
    "left_recently", "full", "refused",
]  # fmt: skip
"""What became of one person; `refused`: for a reason that WhatsApp gives as a number only."""


class GroupReply(Reply):
    """A group with its members."""

    group: Group


class ReadGroup(Question[GroupReply]):
    """Ask for a group that the session is in."""

    kind: Literal["read_group"] = "read_group"
    jid: str


class ReadInvite(Question[GroupReply]):
    """Ask which group an invite link is of."""

    kind: Literal["read_invite"] = "read_invite"
    code: str
    """What stands behind `https://chat.whatsapp.com/`."""


class ShownReply(Reply):
    """Where the picture of a group is, when it has one."""

    url: str | None = None
    id: str | None = None
    """WhatsApp's number of it: another picture has another one."""


class ReadGroupPicture(Question[ShownReply]):
    """Ask for the picture of a group."""

    kind: Literal["read_group_picture"] = "read_group_picture"
    jid: str


class GroupsReply(Reply):
    """Groups without their members, in the order of their JIDs."""

    groups: tuple[Group, ...] = ()
    more: bool = False


class ListGroups(Question[GroupsReply]):
    """Ask for the groups that the session is in."""

    kind: Literal["list_groups"] = "list_groups"
    after: str = ""
    """The JID behind which the answer begins."""
    limit: int = 100


class MemberResult(Discreet):
    """What became of one person."""

    model_config = ConfigDict(frozen=True)

    asked: str
    """The JID that was asked for."""
    number: str | None = None
    lid: str | None = None
    state: MemberState
    code: int | None = None
    """WhatsApp's number of the reason."""
    invite: str | None = None
    """When they have to be invited: the code of the invitation."""
    invite_until: int | None = None
    """Seconds since 1970, up to a minute wrong."""


class MembersReply(Reply):
    """What became of everybody."""

    results: tuple[MemberResult, ...] = ()


class ChangeMembers(Change[MembersReply]):
    """Add, remove, promote or demote people."""

    kind: Literal["change_members"] = "change_members"
    jid: str
    action: Action
    people: tuple[str, ...]
    """JIDs."""


class GroupSettings(Discreet):
    """What of a group can be set; None: it stays as it is."""

    model_config = ConfigDict(frozen=True)

    subject: str | None = None
    description: str | None = None
    """Empty: it has none."""
    announce: bool | None = None
    locked: bool | None = None
    ephemeral: int | None = None
    """Seconds; one of `shared.contracts.group.TIMERS`."""


class CreatedReply(MembersReply):
    """A new group."""

    group: Group
    not_set: tuple[str, ...] = ()
    """Settings that WhatsApp did not accept."""


class CreateGroup(Change[CreatedReply]):
    """Make a group."""

    kind: Literal["create_group"] = "create_group"
    subject: str
    people: tuple[str, ...] = ()
    """JIDs."""
    settings: GroupSettings = GroupSettings()
    """Beside the subject."""
    community: bool = False
    """Whether it is to be a community."""
    parent: str | None = None
    """The community in which it is made."""


class SetGroup(Change[Done]):
    """Set something of a group; in the order of the fields, until WhatsApp refuses one."""

    kind: Literal["set_group"] = "set_group"
    jid: str
    settings: GroupSettings


class LeaveGroup(Change[Done]):
    """Leave a group."""

    kind: Literal["leave_group"] = "leave_group"
    jid: str


class LinkReply(Reply):
    """An invite link."""

    link: str


class ReadInviteLink(Question[LinkReply]):
    """Ask for the invite link of a group."""

    kind: Literal["read_invite_link"] = "read_invite_link"
    jid: str


class RevokeInviteLink(Change[LinkReply]):
    """Make the invite link of a group useless; the answer is the new one."""

    kind: Literal["revoke_invite_link"] = "revoke_invite_link"
    jid: str


class JoinedReply(Reply):
    """A group that was joined."""

    jid: str
    pending: bool | None = None
    """Whether an admin has to let the session in first; None where that is not known."""


class JoinByLink(Change[JoinedReply]):
    """Join the group of an invite link."""

    kind: Literal["join_by_link"] = "join_by_link"
    code: str


class AcceptInvite(Change[JoinedReply]):
    """Join the group of an invitation that came as a message."""

    kind: Literal["accept_invite"] = "accept_invite"
    jid: str
    inviter: str
    """The JID of who sent it."""
    code: str
    expires_at: int
    """Seconds since 1970, as the invitation says."""


class JoinRequest(Discreet):
    """Somebody who asks to be let in."""

    model_config = ConfigDict(frozen=True)

    number: str | None = None
    lid: str | None = None
    at: int
    """Seconds since 1970."""


class JoinRequestsReply(Reply):
    """Who asks to be let in."""

    requests: tuple[JoinRequest, ...] = ()


class ListJoinRequests(Question[JoinRequestsReply]):
    """Ask who wants to be let in."""

    kind: Literal["list_join_requests"] = "list_join_requests"
    jid: str


class LinkGroups(Change[Done]):
    """Put a group into a community, or take it out."""

    kind: Literal["link_groups"] = "link_groups"
    parent: str
    child: str
    linked: bool = True


class SubGroup(Discreet):
    """A group of a community."""

    model_config = ConfigDict(frozen=True)

    jid: str
    subject: str
    announcements: bool = False


class SubGroupsReply(Reply):
    """The groups of a community."""

    groups: tuple[SubGroup, ...] = ()


class CommunityPeopleReply(Reply):
    """Who is in the groups of a community."""

    people: tuple[Person, ...] = ()
    next: str | None = None
    """Behind which more of them are; None at the end."""


class ListCommunityPeople(Question[CommunityPeopleReply]):
    """Ask who is in the groups of a community, in the order of their addresses."""

    kind: Literal["list_community_people"] = "list_community_people"
    parent: str
    after: str = ""
    """The `next` of the answer before."""
    limit: int = 500


class ListSubGroups(Question[SubGroupsReply]):
    """Ask for the groups of a community."""

    kind: Literal["list_sub_groups"] = "list_sub_groups"
    parent: str
