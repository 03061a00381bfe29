"""Groups as programs have called them from the beginning: a POST for each thing that is done."""

from __future__ import annotations

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from functions.asking import ask, session_of
from functions.groups.acting import change_members, group_jid, invite_code, one_of, people, with_invites
from functions.groups.errors import CHANGE_ERRORS, GROUP_ERRORS, INVITE_ERRORS
from functions.groups.schemas import (
    AcceptBody,
    DescriptionBody,
    GroupAnswer,
    GroupBody,
    JoinedAnswer,
    LinkAnswer,
    NewGroupAnswer,
    NewGroupBody,
    NewParticipantsBody,
    ParticipantsBody,
    ResultAnswer,
    SubjectBody,
)
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, tenant
from functions.reference.described import SESSION
from functions.routing import route
from shared.contracts.commands.groups import (
    AcceptInvite,
    Action,
    CreateGroup,
    GroupSettings,
    JoinByLink,
    LeaveGroup,
    ReadGroup,
    ReadInviteLink,
    RevokeInviteLink,
    SetGroup,
)
from shared.errors import BadRequest
from shared.jids import is_group
from shared.recipients import parse_recipient


@route(
    "POST",
    "/api/group/create",
    scope=Scope.MESSAGES_SEND,
    body=NewGroupBody,
    answers={200: NewGroupAnswer},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def create_group(request: HttpRequest) -> Response[bytes]:
    """Make a group. The answer lists the people who could not be added separately."""
    body = await read(request, NewGroupBody)
    session = await session_of(request, body.session_id)
    command = CreateGroup(subject=body.name, people=people(request, body.participants))
    made = await ask(request, session, command)
    results = await with_invites(request, session, made.group.jid, made.results, invite=body.invite)
    return answer(NewGroupAnswer(group_id=made.group.jid, group_jid=made.group.jid, group=made.group, result=results))


def _changing(
    path: str, action: Action, words: str, body_type: type[ParticipantsBody] = ParticipantsBody
) -> HTTPRouteHandler:
    async def serve(request: HttpRequest) -> Response[bytes]:
        body = await read(request, body_type)
        invite = isinstance(body, NewParticipantsBody) and body.invite
        session = await session_of(request, body.session_id)
        results = await change_members(request, session, body.group_jid, action, body.participants, invite=invite)
        return answer(ResultAnswer(group_jid=group_jid(body.group_jid), result=results))

    serve.__doc__, serve.__name__ = words, f"{action}_participants"
    return route(
        "POST",
        path,
        scope=Scope.MESSAGES_SEND,
        body=body_type,
        answers={200: ResultAnswer},
        parameters=SESSION,
        errors=CHANGE_ERRORS,
    )(serve)


add_participants = _changing(
    "/api/group/add-participants",
    "add",
    "Add people to a group. A person whom the number may not add gets an invitation.",
    NewParticipantsBody,
)
remove_participants = _changing("/api/group/remove-participants", "remove", "Remove people from a group.")
promote = _changing("/api/group/promote", "promote", "Make members of a group its admins.")
demote = _changing("/api/group/demote", "demote", "Make admins of a group simple members.")


@route(
    "POST",
    "/api/group/update-subject",
    scope=Scope.MESSAGES_SEND,
    body=SubjectBody,
    answers={200: Message},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def update_subject(request: HttpRequest) -> Response[bytes]:
    """Give a group another name."""
    body = await read(request, SubjectBody)
    session = await session_of(request, body.session_id)
    await ask(request, session, SetGroup(jid=group_jid(body.group_jid), settings=GroupSettings(subject=body.subject)))
    return answer(Message(message="The group has the new name"))


@route(
    "POST",
    "/api/group/update-description",
    scope=Scope.MESSAGES_SEND,
    body=DescriptionBody,
    answers={200: Message},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def update_description(request: HttpRequest) -> Response[bytes]:
    """Give a group another description, or none."""
    body = await read(request, DescriptionBody)
    session = await session_of(request, body.session_id)
    settings = GroupSettings(description=body.description)
    await ask(request, session, SetGroup(jid=group_jid(body.group_jid), settings=settings))
    return answer(Message(message="The group has the new description"))


@route(
    "POST",
    "/api/group/leave",
    scope=Scope.MESSAGES_SEND,
    body=GroupBody,
    answers={200: Message},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def group_leave(request: HttpRequest) -> Response[bytes]:
    """Leave a group."""
    body = await read(request, GroupBody)
    session = await session_of(request, body.session_id)
    await ask(request, session, LeaveGroup(jid=group_jid(body.group_jid)))
    return answer(Message(message="Left the group"))


@route(
    "POST",
    "/api/group/revoke-invite",
    scope=Scope.MESSAGES_SEND,
    body=GroupBody,
    answers={200: LinkAnswer},
    parameters=SESSION,
    errors=CHANGE_ERRORS,
)
async def revoke_invite(request: HttpRequest) -> Response[bytes]:
    """Revoke the invite link of a group. The answer has the new link."""
    body = await read(request, GroupBody)
    session = await session_of(request, body.session_id)
    reply = await ask(request, session, RevokeInviteLink(jid=group_jid(body.group_jid)))
    return answer(LinkAnswer(invite_link=reply.link))


@route(
    "POST",
    "/api/group/accept-invite",
    scope=Scope.MESSAGES_SEND,
    body=AcceptBody,
    answers={200: JoinedAnswer},
    parameters=SESSION,
    errors=INVITE_ERRORS,
)
async def accept_invite(request: HttpRequest) -> Response[bytes]:
    """Join a group: by its link, or by an invitation that came as a message."""
    body = await read(request, AcceptBody)
    session = await session_of(request, body.session_id)
    reply = await ask(request, session, _join(request, body))
    return answer(JoinedAnswer(group_id=reply.jid, group_jid=reply.jid, pending=reply.pending))


@route(
    "GET",
    "/api/group/info/{jid:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: GroupAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def get_group_info(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Show a group that the session is in, with its members."""
    session = await session_of(request)
    return answer(GroupAnswer(group=(await ask(request, session, ReadGroup(jid=group_jid(jid)))).group))


@route(
    "GET",
    "/api/group/invite-link/{jid:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: LinkAnswer},
    parameters=SESSION,
    errors=GROUP_ERRORS,
)
async def get_invite_link(request: HttpRequest, jid: FromPath[str]) -> Response[bytes]:
    """Show the invite link of a group. WhatsApp gives it only to admins."""
    session = await session_of(request)
    return answer(LinkAnswer(invite_link=(await ask(request, session, ReadInviteLink(jid=group_jid(jid)))).link))


def _join(request: HttpRequest, body: AcceptBody) -> JoinByLink | AcceptInvite:
    if body.code is None:
        link = one_of(body.invite_code, body.invite_link, "'inviteCode', 'inviteLink' and 'code'")
        return JoinByLink(code=invite_code(link))
    if body.group_jid is None or body.expires_at is None or body.inviter is None:
        raise BadRequest("An invitation is taken with its 'groupJid', 'inviter' and 'expiresAt'.", field="groupJid")
    inviter = parse_recipient(body.inviter, tenant(request).default_region)
    if is_group(str(inviter)):
        raise BadRequest("The inviter has to be a person, not a group.", field="inviter")
    return AcceptInvite(jid=group_jid(body.group_jid), inviter=str(inviter), code=body.code, expires_at=body.expires_at)


ROUTES = (
    create_group,
    add_participants,
    remove_participants,
    promote,
    demote,
    update_subject,
    update_description,
    group_leave,
    revoke_invite,
    accept_invite,
    get_group_info,
    get_invite_link,
)
