"""The same groups as resources, and what the plain routes never had."""

from __future__ import annotations

import re

from litestar import Response
from litestar.params import FromPath

from functions.asking import ask, session_of
from functions.groups.acting import change_members, group_jid, people, with_invites
from functions.groups.errors import CHANGE_ERRORS, GROUP_ERRORS
from functions.groups.schemas import (
    ChangeGroupBody,
    GroupAnswer,
    GroupsAnswer,
    MakeGroupBody,
    MembersAnswer,
    MembersBody,
    NewGroupAnswer,
    PeopleAnswer,
)
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.queries import whole_of_query
from functions.http.requests import HttpRequest
from functions.http.session_names import one_of_query
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from shared.contracts.commands.groups import (
    CreateGroup,
    GroupSettings,
    LeaveGroup,
    ListGroups,
    ReadGroup,
    SetGroup,
)
from shared.errors import BadRequest, NotSupported
from shared.not_supported import LACKING

_AFTER = re.compile(r"[0-9]{5,20}(?:-[0-9]{5,20})?@g\.us")
_MOST = 100


@route(
    "GET",
    "/api/groups",
    scope=Scope.MESSAGES_READ,
    answers={200: GroupsAnswer},
    parameters=(
        *SESSION,
        Parameter(
            "limit",
            "query",
            "How many, at most.",
            {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _MOST},
        ),
        Parameter(
            "after", "query", "The `next` of the previous page.", {"type": "string", "pattern": f"^{_AFTER.pattern}$"}
        ),
    ),
    errors=GROUP_ERRORS,
)
async def list_groups(request: HttpRequest) -> Response[bytes]:
    """List the groups that the session is in, by their JIDs; without members."""
    session = await session_of(request)
    reply = await ask(
        request,
        session,
        ListGroups(after=_after(request), limit=whole_of_query(request, "limit", most=_MOST, default=_MOST)),
    )
    following = reply.groups[-1].jid if reply.more and reply.groups else None
    return answer(GroupsAnswer(groups=list(reply.groups), next=following))


@route(
    "POST",
    "/api/groups",
    scope=Scope.MESSAGES_SEND,
    body=MakeGroupBody,
    answers={200: NewGroupAnswer},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def create_group_with_settings(request: HttpRequest) -> Response[bytes]:
    """Make a group with all its settings, or a community."""
    body = await read(request, MakeGroupBody)
    session = await session_of(request, body.session_id)
    command = CreateGroup(
        subject=body.subject,
        people=people(request, body.participants),
        settings=body.settings(),
        community=body.community,
        parent=None if body.parent is None else group_jid(body.parent),
    )
    made = await ask(request, session, command)
    jid = made.group.jid
    results = await with_invites(request, session, jid, made.results, invite=body.invite)
    return answer(
        NewGroupAnswer(group_id=jid, group_jid=jid, group=made.group, result=results, not_set=list(made.not_set))
    )


@route(
    "GET",
    "/api/groups/{jid:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: GroupAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def get_group(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Show a group that the session is in, with its members."""
    session = await session_of(request)
    return answer(GroupAnswer(group=(await ask(request, session, ReadGroup(jid=group_jid(jid)))).group))


@route(
    "PATCH",
    "/api/groups/{jid:str}",
    scope=Scope.MESSAGES_SEND,
    body=ChangeGroupBody,
    answers={200: Message},
    parameters=SESSION,
    errors=(*CHANGE_ERRORS, NotSupported),
)
async def change_group(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Change a group. If WhatsApp refuses one change, `made` in the error lists the changes before it."""
    body = await read(request, ChangeGroupBody)
    session = await session_of(request, body.session_id)
    group = group_jid(jid)
    if body.join_approval is not None:
        raise LACKING["group_join_approval"].error()
    if body.member_add_mode is not None:
        raise LACKING["group_add_mode"].error()
    if body.settings() == GroupSettings():
        raise BadRequest("Give at least one change.", field="subject")
    await ask(request, session, SetGroup(jid=group, settings=body.settings()))
    return answer(Message(message="The group is changed"))


@route(
    "DELETE",
    "/api/groups/{jid:str}",
    scope=Scope.MESSAGES_SEND,
    answers={200: Message},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def leave_group(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Leave a group."""
    session = await session_of(request)
    await ask(request, session, LeaveGroup(jid=group_jid(jid)))
    return answer(Message(message="Left the group"))


@route(
    "GET",
    "/api/groups/{jid:str}/participants",
    scope=Scope.MESSAGES_READ,
    answers={200: PeopleAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def list_participants(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """List who is in a group."""
    session = await session_of(request)
    reply = await ask(request, session, ReadGroup(jid=group_jid(jid)))
    return answer(PeopleAnswer(participants=list(reply.group.participants or ())))


@route(
    "POST",
    "/api/groups/{jid:str}/participants",
    scope=Scope.MESSAGES_SEND,
    body=MembersBody,
    answers={200: MembersAnswer},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def change_participants(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Add, remove, promote or demote people. The answer has a result for each person."""
    body = await read(request, MembersBody)
    session = await session_of(request, body.session_id)
    results = await change_members(request, session, jid, body.action, body.participants, invite=body.invite)
    return answer(MembersAnswer(results=results))


def _after(request: HttpRequest) -> str:
    text = one_of_query(request, "after")
    if text is not None and not _AFTER.fullmatch(text):
        raise BadRequest("'after' has to be the 'next' of an earlier answer.", field="after")
    return text or ""


ROUTES = (
    list_groups,
    create_group_with_settings,
    get_group,
    change_group,
    leave_group,
    list_participants,
    change_participants,
)
