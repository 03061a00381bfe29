"""Ways into a group, as resources: its link, where a link leads, and who asks to be let in."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.asking import ask, session_of
from functions.groups.acting import group_jid, invite_code
from functions.groups.errors import CHANGE_ERRORS, GROUP_ERRORS, INVITE_ERRORS
from functions.groups.schemas import (
    GroupAnswer,
    JoinedAnswer,
    JoinRequestAnswer,
    JoinRequestsAnswer,
    LinkAnswer,
    SessionBody,
)
from functions.guards import Scope
from functions.http.answers import answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest
from functions.reference.described import SESSION
from functions.routing import route
from shared.contracts.commands.groups import (
    JoinByLink,
    ListJoinRequests,
    ReadInvite,
    ReadInviteLink,
    RevokeInviteLink,
)


@route(
    "GET",
    "/api/groups/{jid:str}/invite",
    scope=Scope.MESSAGES_READ,
    answers={200: LinkAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def get_group_invite(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Show the invite link of a group. WhatsApp gives it only to admins."""
    session = await session_of(request)
    return answer(LinkAnswer(invite_link=(await ask(request, session, ReadInviteLink(jid=group_jid(jid)))).link))


@route(
    "DELETE",
    "/api/groups/{jid:str}/invite",
    scope=Scope.MESSAGES_SEND,
    answers={200: LinkAnswer},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def revoke_group_invite(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Revoke the invite link of a group. The answer has the new link."""
    session = await session_of(request)
    return answer(LinkAnswer(invite_link=(await ask(request, session, RevokeInviteLink(jid=group_jid(jid)))).link))


@route(
    "GET",
    "/api/groups/{jid:str}/requests",
    scope=Scope.MESSAGES_READ,
    answers={200: JoinRequestsAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def list_join_requests(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """List who asks to be let into a group."""
    session = await session_of(request)
    reply = await ask(request, session, ListJoinRequests(jid=group_jid(jid)))
    requests = [
        JoinRequestAnswer(number=each.number, lid=each.lid, requested_at=each.at * 1000) for each in reply.requests
    ]
    return answer(JoinRequestsAnswer(requests=requests))


@route(
    "GET",
    "/api/invites/{code:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: GroupAnswer},
    parameters=SESSION,
    errors=INVITE_ERRORS,
)
async def get_invite(request: HttpRequest, code: FromPath[str]) -> Response[bytes]:
    """Show the group that an invite link leads to, without joining it."""
    session = await session_of(request)
    return answer(GroupAnswer(group=(await ask(request, session, ReadInvite(code=invite_code(code)))).group))


@route(
    "POST",
    "/api/invites/{code:str}",
    scope=Scope.MESSAGES_SEND,
    body=SessionBody,
    answers={200: JoinedAnswer},
    parameters=SESSION,
    errors=INVITE_ERRORS,
)
async def take_invite(request: HttpRequest, code: FromPath[str]) -> Response[bytes]:
    """Join the group that an invite link leads to."""
    body = await read(request, SessionBody)
    session = await session_of(request, body.session_id)
    reply = await ask(request, session, JoinByLink(code=invite_code(code)))
    return answer(JoinedAnswer(group_id=reply.jid, group_jid=reply.jid, pending=reply.pending))


ROUTES = (get_group_invite, revoke_group_invite, list_join_requests, get_invite, take_invite)
