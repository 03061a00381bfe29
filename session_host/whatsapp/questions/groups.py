"""Groups: reading them, and everything that is changed in one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from session_host.whatsapp.answering import answers
from session_host.whatsapp.group_errors import explain_group
from session_host.whatsapp.group_members import found_addresses, known_addresses, results
from session_host.whatsapp.group_reading import group_of
from session_host.whatsapp.library.neonize_client import NeonizeClient, jid_of, protobufs
from session_host.whatsapp.own_questions import ShowGroupPicture
from session_host.whatsapp.questions.contacts import picture_of
from shared.contracts.commands.command import Done
from shared.contracts.commands.groups import (
    ChangeMembers,
    CreatedReply,
    CreateGroup,
    GroupReply,
    GroupSettings,
    GroupsReply,
    LeaveGroup,
    ListGroups,
    MembersReply,
    MemberState,
    ReadGroup,
    ReadGroupPicture,
    SetGroup,
    ShownReply,
)
from shared.contracts.commands.profile import ShownPicture
from shared.contracts.group import Group
from shared.errors import NotInGroup, WagateError
from shared.jids import Jid

_LIST_KEPT = 60.0
"""Seconds for which further pages are of the list that the first one was of."""
_MOST_BYTES = 400_000
"""Of one page: NATS carries 1 MiB."""
_SECOND = 1_000_000_000
_DONE: dict[str, MemberState] = {"add": "added", "remove": "removed", "promote": "promoted", "demote": "demoted"}
_lists: WeakKeyDictionary[NeonizeClient, tuple[float, list[Group]]] = WeakKeyDictionary()


@answers(ReadGroup)
def read_group(library: NeonizeClient, question: ReadGroup) -> GroupReply:
    """A group that the session is in, with its members."""
    answer = library.ask("GetGroupInfo", protobufs.GetGroupInfoReturnFunction, Jid.parse(question.jid))
    if answer.Error:
        raise explain_group(answer.Error, changes=False)
    return GroupReply(group=group_of(answer.GroupInfo))


@answers(ListGroups)
def list_groups(library: NeonizeClient, question: ListGroups) -> GroupsReply:
    """A page of the groups. WhatsApp gives all at once, and not often: the pages after the first are remembered."""
    kept = _lists.get(library) if question.after else None
    if kept is None or kept[0] < time.monotonic():
        answer = library.ask("GetJoinedGroups", protobufs.GetJoinedGroupsReturnFunction)
        if answer.Error:
            raise explain_group(answer.Error, changes=False)
        groups = sorted((group_of(info, members=False) for info in answer.Group), key=lambda group: group.jid)
        kept = _lists[library] = time.monotonic() + _LIST_KEPT, groups
    rest = [group for group in kept[1] if group.jid > question.after]
    page = _page(rest, question.limit)
    return GroupsReply(groups=tuple(page), more=len(page) < len(rest))


@answers(CreateGroup)
def create_group(library: NeonizeClient, question: CreateGroup) -> CreatedReply:
    """A new group. The settings are made after it, since the library makes no group with them."""
    people = found_addresses(library, question.people)
    wanted = protobufs.ReqCreateGroup(
        name=question.subject,
        Participants=[jid_of(jid) for jid in people.values() if jid is not None],
        CreateKey=secrets.token_hex(16).upper(),
    )
    if question.community:
        wanted.GroupParent.IsParent, wanted.GroupParent.DefaultMembershipApprovalMode = True, ""
    if question.parent is not None:
        wanted.GroupLinkedParent.LinkedParentJID.CopyFrom(jid_of(Jid.parse(question.parent)))
    answer = library.ask("CreateGroup", protobufs.GetGroupInfoReturnFunction, wanted)
    if answer.Error:
        raise explain_group(answer.Error, changes=True)
    group = group_of(answer.GroupInfo)
    not_set: list[str] = []
    for name, setting in _settings(library, Jid.parse(group.jid), question.settings):
        try:
            setting()
        except Exception:  # noqa: BLE001 - whatever it is: the group is there, and the answer says what it lacks
            not_set.append(name)
    kept = question.settings.model_dump(exclude_none=True, exclude=set(not_set))
    return CreatedReply(
        group=group.model_copy(update={name: value for name, value in kept.items() if value != ""}),
        results=results(people, answer.GroupInfo.Participants, "added", nobody="not_on_whatsapp"),
        not_set=tuple(not_set),
    )


@answers(SetGroup)
def set_group(library: NeonizeClient, question: SetGroup) -> Done:
    """The settings that are given, one after the other; an error names those that were made before it."""
    made: list[str] = []
    for name, setting in _settings(library, Jid.parse(question.jid), question.settings):
        try:
            setting()
        except WagateError as error:
            error.details |= {"refused": name, "made": made}
            raise
        made.append(name)
    return Done()


@answers(ChangeMembers)
def change_members(library: NeonizeClient, question: ChangeMembers) -> MembersReply:
    """What became of everybody; who has no WhatsApp is not asked for."""
    adding = question.action == "add"
    people = found_addresses(library, question.people) if adding else known_addresses(library, question.people)
    there = [jid_of(jid) for jid in people.values() if jid is not None]
    answered: Any = ()
    if there:
        answer = library.ask(
            "UpdateGroupParticipants",
            protobufs.UpdateGroupParticipantsReturnFunction,
            Jid.parse(question.jid),
            protobufs.JIDArray(JIDS=there),
            question.action,
        )
        if answer.Error:
            raise explain_group(answer.Error, changes=True)
        answered = answer.participants
    nobody: MemberState = "not_on_whatsapp" if adding else "not_in_group"
    return MembersReply(results=results(people, answered, _DONE[question.action], nobody))


@answers(ReadGroupPicture)
def read_picture(library: NeonizeClient, question: ReadGroupPicture) -> ShownReply:
    """Where the picture of a group is."""
    found = picture_of(library, Jid.parse(question.jid))
    if found.hidden:
        raise NotInGroup
    return ShownReply(url=found.url, id=found.id)


@answers(ShowGroupPicture)
def show_picture(library: NeonizeClient, question: ShowGroupPicture) -> ShownPicture:
    """The picture of a group."""
    answer = library.ask("SetGroupPhoto", protobufs.SetGroupPhotoReturnFunction, Jid.parse(question.jid), question.jpeg)
    if answer.Error:
        raise explain_group(answer.Error, changes=True)
    return ShownPicture(id=answer.PictureID)


@answers(LeaveGroup)
def leave_group(library: NeonizeClient, question: LeaveGroup) -> Done:
    """The session is in it no more."""
    return _done(library, "LeaveGroup", Jid.parse(question.jid))


def _settings(library: NeonizeClient, jid: Jid, settings: GroupSettings) -> Iterator[tuple[str, Callable[[], Done]]]:
    """Each setting that is given: its name, and what makes it."""
    subject, description, ephemeral = settings.subject, settings.description, settings.ephemeral
    if subject is not None:
        yield "subject", lambda: _done(library, "SetGroupName", jid, subject)
    if description is not None:  # the library finds out itself which description it replaces
        yield "description", lambda: _done(library, "SetGroupTopic", jid, "", "", description)
    if settings.announce is not None:
        yield "announce", lambda: _done(library, "SetGroupAnnounce", jid, settings.announce)
    if settings.locked is not None:
        yield "locked", lambda: _done(library, "SetGroupLocked", jid, settings.locked)
    if ephemeral is not None:
        yield "ephemeral", lambda: _done(library, "SetDisappearingTimer", jid, ephemeral * _SECOND, 0)


def _done(library: NeonizeClient, function: str, *said: Any) -> Done:  # noqa: ANN401 - what it takes
    error = library.ask(function, str, *said)
    if error:
        raise explain_group(error, changes=True)
    return Done()


def _page(groups: list[Group], limit: int) -> list[Group]:
    """The first of them, as many as may travel together; one at least."""
    page, size = groups[:1], 0
    for group in groups[1:limit]:
        size += len(group.model_dump_json())
        if size > _MOST_BYTES:
            break
        page.append(group)
    return page
