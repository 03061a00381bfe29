"""Communities: their groups, and who is in these."""

from __future__ import annotations

import re

from litestar import Response
from litestar.params import FromPath

from functions.asking import ask, session_of
from functions.groups.acting import group_jid
from functions.groups.errors import CHANGE_ERRORS, GROUP_ERRORS
from functions.groups.schemas import (
    CommunityPeopleAnswer,
    NewCommunityBody,
    NewGroupAnswer,
    SubGroupAnswer,
    SubGroupsAnswer,
)
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.people import PersonAnswer
from functions.http.requests import HttpRequest
from functions.http.session_names import one_of_query
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from shared.contracts.commands.groups import (
    CreateGroup,
    GroupSettings,
    LinkGroups,
    ListCommunityPeople,
    ListSubGroups,
)
from shared.errors import BadRequest

_AFTER = re.compile(r"[0-9]{5,20}@(?:lid|s\.whatsapp\.net)")


@route(
    "GET",
    "/api/communities/{jid:str}/groups",
    scope=Scope.MESSAGES_READ,
    answers={200: SubGroupsAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def list_sub_groups(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """List the groups of a community."""
    session = await session_of(request)
    reply = await ask(request, session, ListSubGroups(parent=group_jid(jid)))
    groups = [
        SubGroupAnswer(jid=each.jid, subject=each.subject, announcements=each.announcements) for each in reply.groups
    ]
    return answer(SubGroupsAnswer(groups=groups))


@route(
    "GET",
    "/api/communities/{jid:str}/participants",
    scope=Scope.MESSAGES_READ,
    answers={200: CommunityPeopleAnswer},
    parameters=(
        *SESSION,
        Parameter(
            "after", "query", "The `next` of the previous page.", {"type": "string", "pattern": f"^{_AFTER.pattern}$"}
        ),
    ),
    errors=GROUP_ERRORS,
)
async def list_community_participants(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """List who is in the groups of a community, 500 at once."""
    session, after = await session_of(request), one_of_query(request, "after") or ""
    if after and not _AFTER.fullmatch(after):
        raise BadRequest("'after' has to be the 'next' of an earlier answer.", field="after")
    reply = await ask(request, session, ListCommunityPeople(parent=group_jid(jid), after=after))
    people = [PersonAnswer(number=each.number, lid=each.lid) for each in reply.people]
    return answer(CommunityPeopleAnswer(participants=people, next=reply.next))


@route(
    "POST",
    "/api/communities",
    scope=Scope.MESSAGES_SEND,
    body=NewCommunityBody,
    answers={200: NewGroupAnswer},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def create_community(request: HttpRequest) -> Response[bytes]:
    """Make a community; WhatsApp makes its group for announcements by itself."""
    body = await read(request, NewCommunityBody)
    session = await session_of(request, body.session_id)
    settings = GroupSettings(description=body.description or None)
    made = await ask(request, session, CreateGroup(subject=body.subject, settings=settings, community=True))
    jid = made.group.jid
    return answer(NewGroupAnswer(group_id=jid, group_jid=jid, group=made.group, result=[], not_set=list(made.not_set)))


@route(
    "PUT",
    "/api/communities/{jid:str}/groups/{group:str}",
    scope=Scope.MESSAGES_SEND,
    answers={200: Message},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def link_group(request: HttpRequest, jid: FromPath[str], group: FromPath[str]) -> Response[bytes]:
    """Put a group into a community."""
    session = await session_of(request)
    await ask(request, session, LinkGroups(parent=group_jid(jid), child=group_jid(group)))
    return answer(Message(message="The group is in the community"))


@route(
    "DELETE",
    "/api/communities/{jid:str}/groups/{group:str}",
    scope=Scope.MESSAGES_SEND,
    answers={200: Message},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def unlink_group(request: HttpRequest, jid: FromPath[str], group: FromPath[str]) -> Response[bytes]:
    """Take a group out of its community."""
    session = await session_of(request)
    await ask(request, session, LinkGroups(parent=group_jid(jid), child=group_jid(group), linked=False))
    return answer(Message(message="The group is no longer in the community"))


ROUTES = (create_community, list_sub_groups, list_community_participants, link_group, unlink_group)
