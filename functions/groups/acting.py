"""What the group routes do, however they are spelled."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from functions.asking import ask
from functions.groups.schemas import InviteAnswer, MemberAnswer
from functions.http.requests import HttpRequest, request_id, tenant
from functions.sending.draft import Draft
from functions.services import services
from shared.contracts.commands.groups import Action, ChangeMembers, MemberResult, ReadGroup
from shared.contracts.content.group_invite import GroupInvite
from shared.errors import BadRequest, GroupInvalid, InviteInvalid, NumberInvalid, WagateError
from shared.jids import GROUP, PHONE, Jid, is_group
from shared.recipients import parse_recipient
from shared.sessions.model import Session

_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?:chat\.whatsapp\.com/(?:invite/)?)?(?P<code>[A-Za-z0-9_-]{10,64})(?:[/?#].*)?"
)
_MOST_INVITES = 20
"""Invitations that one request sends: WhatsApp takes many messages to strangers for spam."""
_INVITED_WITHIN = 8.0
"""Seconds for which a request waits until an invitation is acknowledged."""


def group_jid(text: str) -> str:
    """The address of a group, from itself or what stands before its `@`; raises GroupInvalid."""
    try:
        jid = Jid.parse(text if "@" in text else f"{text}@{GROUP}")
    except NumberInvalid:
        raise GroupInvalid from None
    if jid.server != GROUP:
        raise GroupInvalid
    return str(jid)


def invite_code(text: str) -> str:
    """What stands behind the last slash of an invite link, from the link or itself; raises InviteInvalid."""
    link = _LINK.fullmatch(text)
    if link is None:
        raise InviteInvalid
    return link["code"]


def people(request: HttpRequest, numbers: Sequence[str]) -> tuple[str, ...]:
    """Their addresses, each once; raises NumberInvalid."""
    found = [parse_recipient(number, tenant(request).default_region) for number in numbers]
    for number, jid in zip(numbers, found, strict=True):
        if is_group(str(jid)):
            raise NumberInvalid(f"'{number}' is a group: only people can be in one.")
    return tuple(dict.fromkeys(map(str, found)))


async def change_members(  # noqa: PLR0913 - what is changed, and for whom
    request: HttpRequest, session: Session, group: str, action: Action, numbers: Sequence[str], *, invite: bool
) -> list[MemberAnswer]:
    """Add, remove, promote or demote people; what became of each. Raises what the session answers."""
    jid = group_jid(group)
    command = ChangeMembers(jid=jid, action=action, people=people(request, numbers))
    reply = await ask(request, session, command)
    return await with_invites(request, session, jid, reply.results, invite=invite)


async def with_invites(
    request: HttpRequest, session: Session, group: str, results: Sequence[MemberResult], *, invite: bool
) -> list[MemberAnswer]:
    """The results as they are shown, once those who could not be added are invited, if they are to be."""
    invited = [result for result in results if result.invite is not None][:_MOST_INVITES] if invite else []
    ids: dict[str, str] = {}
    if invited:
        subject = (await ask(request, session, ReadGroup(jid=group))).group.subject
        sent = await asyncio.gather(*(_invite(request, session, group, subject, result) for result in invited))
        ids = {result.asked: id_ for result, id_ in zip(invited, sent, strict=True) if id_ is not None}
    return [_shown(result, ids.get(result.asked)) for result in results]


async def _invite(request: HttpRequest, session: Session, group: str, subject: str, result: MemberResult) -> str | None:
    """Send an invitation; the id of the message, None when it was not sent: then the answer has its code."""
    content = GroupInvite(
        group_jid=group, group_name=subject or group, code=result.invite or "", expires_at=result.invite_until or 1
    )
    draft = Draft(
        session=session,
        to=Jid(result.number, PHONE) if result.number else Jid.parse(result.lid or result.asked),
        content=content,
        about=None,
        queue=False,
        expires_in=None,
        wait=_INVITED_WITHIN,
        idempotency=None,
        request_id=request_id(request.scope),
    )
    try:
        return (await services(request).sender.send(draft)).id
    except WagateError:  # the others are in the group: what was refused here is told by its state
        return None


def _shown(result: MemberResult, id_: str | None) -> MemberAnswer:
    invite = result.invite
    return MemberAnswer(
        number=result.number,
        lid=result.lid,
        state="invited" if id_ is not None else result.state,
        code=result.code,
        invite=None if invite is None else InviteAnswer(code=invite, expires_at=result.invite_until, id=id_),
    )


def one_of(first: str | None, second: str | None, names: str) -> str:
    """The one that is given; raises BadRequest unless it is exactly one."""
    if (first is None) is (second is None):
        raise BadRequest(f"Give one of {names}.", field=names.split("'")[1])
    return first or second or ""
