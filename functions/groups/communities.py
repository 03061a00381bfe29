"""Groups of a community."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.asking import ask, session_of
from functions.groups.acting import group_jid
from functions.groups.errors import CHANGE_ERRORS, GROUP_ERRORS
from functions.groups.schemas import SubGroupAnswer, SubGroupsAnswer
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.requests import HttpRequest
from functions.reference.described import SESSION
from functions.routing import route
from shared.contracts.commands.groups import LinkGroups, ListSubGroups


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


ROUTES = (list_sub_groups, link_group, unlink_group)
