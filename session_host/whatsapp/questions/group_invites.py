"""Ways into a group: its link, invitations, and requests to be let in. And groups of communities."""

from __future__ import annotations

from session_host.whatsapp.addresses import person_of
from session_host.whatsapp.answering import answers
from session_host.whatsapp.group_errors import explain_group
from session_host.whatsapp.group_reading import addresses, group_of
from session_host.whatsapp.library.neonize_client import NeonizeClient, protobufs
from shared.contracts.commands.command import Done
from shared.contracts.commands.groups import (
    AcceptInvite,
    CommunityPeopleReply,
    GroupReply,
    JoinByLink,
    JoinedReply,
    JoinRequest,
    JoinRequestsReply,
    LinkGroups,
    LinkReply,
    ListCommunityPeople,
    ListJoinRequests,
    ListSubGroups,
    ReadInvite,
    ReadInviteLink,
    RevokeInviteLink,
    SubGroup,
    SubGroupsReply,
)
from shared.errors import InviteInvalid, NotInGroup, WhatsAppRefused
from shared.jids import LID, Jid

_INVALID = frozenset({400, 404, 406, 410})
"""WhatsApp's codes for invitations that lead nowhere."""
_MICROSECONDS = 1_000_000


@answers(ReadInviteLink)
def read_link(library: NeonizeClient, question: ReadInviteLink) -> LinkReply:
    """The link of a group."""
    return _link(library, question.jid, revoke=False)


@answers(RevokeInviteLink)
def revoke_link(library: NeonizeClient, question: RevokeInviteLink) -> LinkReply:
    """Another link: the one before leads nowhere from now on."""
    return _link(library, question.jid, revoke=True)


@answers(ReadInvite)
def read_invite(library: NeonizeClient, question: ReadInvite) -> GroupReply:
    """The group that a link leads to, with those of its members that WhatsApp shows."""
    answer = library.ask("GetGroupInfoFromLink", protobufs.GetGroupInfoReturnFunction, question.code)
    if answer.Error:
        raise _of_invite(answer.Error, changes=False)
    return GroupReply(group=group_of(answer.GroupInfo))


@answers(JoinByLink)
def join(library: NeonizeClient, question: JoinByLink) -> JoinedReply:
    """The session is in it, or waits to be let in: the library's answer is the same, so the group is asked for."""
    answer = library.ask("JoinGroupWithLink", protobufs.JoinGroupWithLinkReturnFunction, question.code)
    if answer.Error:
        raise _of_invite(answer.Error, changes=True)
    return _joined(library, Jid(answer.Jid.User, answer.Jid.Server))


@answers(AcceptInvite)
def accept(library: NeonizeClient, question: AcceptInvite) -> JoinedReply:
    """The same by an invitation that came as a message."""
    jid = Jid.parse(question.jid)
    error = library.ask(
        "JoinGroupWithInvite", str, jid, Jid.parse(question.inviter), question.code, question.expires_at
    )
    if error:
        raise _of_invite(error, changes=True)
    return _joined(library, jid)


@answers(ListJoinRequests)
def list_requests(library: NeonizeClient, question: ListJoinRequests) -> JoinRequestsReply:
    """Who wants to be let in."""
    answer = library.ask(
        "GetGroupRequestParticipants", protobufs.GetGroupRequestParticipantsReturnFunction, Jid.parse(question.jid)
    )
    if answer.Error:
        raise explain_group(answer.Error, changes=False)
    return JoinRequestsReply(
        requests=tuple(
            JoinRequest(**_everything_known(library, each.Participant), at=each.TimeAt // _MICROSECONDS)
            for each in answer.Participants
        )
    )


@answers(LinkGroups)
def link_groups(library: NeonizeClient, question: LinkGroups) -> Done:
    """A group is in a community, or in it no more."""
    function = "LinkGroup" if question.linked else "UnlinkGroup"
    error = library.ask(function, str, Jid.parse(question.parent), Jid.parse(question.child))
    if error:
        raise explain_group(error, changes=True)
    return Done()


@answers(ListSubGroups)
def list_sub_groups(library: NeonizeClient, question: ListSubGroups) -> SubGroupsReply:
    """The groups of a community."""
    answer = library.ask("GetSubGroups", protobufs.GetSubGroupsReturnFunction, Jid.parse(question.parent))
    if answer.Error:
        raise explain_group(answer.Error, changes=False)
    return SubGroupsReply(
        groups=tuple(
            SubGroup(
                jid=f"{each.JID.User}@{each.JID.Server}",
                subject=each.GroupName.Name,
                announcements=each.GroupIsDefaultSub.IsDefaultSubGroup,
            )
            for each in answer.GroupLinkTarget
        )
    )


@answers(ListCommunityPeople)
def list_community_people(library: NeonizeClient, question: ListCommunityPeople) -> CommunityPeopleReply:
    """A page of those who are in any group of a community; WhatsApp gives all at once."""
    answer = library.ask("GetLinkedGroupsParticipants", protobufs.ReturnFunctionWithError, Jid.parse(question.parent))
    if answer.Error:
        raise explain_group(answer.Error, changes=False)
    everyone = {f"{jid.User}@{jid.Server}": jid for jid in answer.GetLinkedGroupsParticipants.JIDS}
    rest = sorted(address for address in everyone if address > question.after)
    page = rest[: question.limit]
    return CommunityPeopleReply(
        people=tuple(person_of(library, everyone[address]) for address in page),
        next=page[-1] if len(rest) > len(page) else None,
    )


def _link(library: NeonizeClient, jid: str, *, revoke: bool) -> LinkReply:
    answer = library.ask("GetGroupInviteLink", protobufs.GetGroupInviteLinkReturnFunction, Jid.parse(jid), revoke)
    if answer.Error:
        raise explain_group(answer.Error, changes=revoke)
    return LinkReply(link=answer.InviteLink)


def _joined(library: NeonizeClient, jid: Jid) -> JoinedReply:
    answer = library.ask("GetGroupInfo", protobufs.GetGroupInfoReturnFunction, jid)
    if not answer.Error:
        return JoinedReply(jid=str(jid), pending=False)
    waits = isinstance(explain_group(answer.Error, changes=False), NotInGroup)
    return JoinedReply(jid=str(jid), pending=True if waits else None)


def _of_invite(error: str, *, changes: bool) -> Exception:
    """What is wrong with an invitation, which is not the address of a group."""
    known = explain_group(error, changes=changes)
    if isinstance(known, WhatsAppRefused) and known.details.get("waCode") in _INVALID:
        return InviteInvalid(waCode=known.details["waCode"])
    return known


def _everything_known(library: NeonizeClient, jid: object) -> dict[str, str]:
    known = addresses(jid)
    if "number" not in known and "lid" in known:
        number = library.number_of(Jid(known["lid"].removesuffix(f"@{LID}"), LID))
        return known | addresses(number)
    return known
