"""What WhatsApp knows of a number."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath
from pydantic import Field

from functions.asking import ASKING_ERRORS, ask_session
from functions.contacts.blocking import block_user, get_block_list, unblock_user
from functions.contacts.people import check_numbers, get_business_profile, get_contact, list_contacts
from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Answer, Optional, answer
from functions.http.moments import Moment
from functions.http.queries import true_in_query
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import session_name
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from shared import errors
from shared.contracts.commands.contacts import CheckNumber, ReadPicture
from shared.recipients import parse_recipient


class NumberAnswer(Answer):
    """Whether a number is on WhatsApp, and its addresses there."""

    number: str = Field(description="The number that was asked for, with its country code.")
    exists: bool
    jid: str | None = Field(description="WhatsApp's own number of it; in some countries it has other digits.")
    lid: str | None
    checked_at: Optional[Moment] = None


@route(
    "GET",
    "/api/check-number/{number:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: NumberAnswer},
    parameters=(
        *SESSION,
        Parameter("fresh", "query", "`true`: ask WhatsApp even if an answer is remembered.", {"type": "boolean"}),
    ),
    errors=ASKING_ERRORS,
)
async def check_number(request: HttpRequest, number: FromPath[str]) -> Response[bytes]:
    """Say whether a number is on WhatsApp."""
    session_name(request)  # what is wrong with it is told before what is wrong with the number
    fresh = true_in_query(request, "fresh")
    digits = parse_recipient(number, tenant(request).default_region).number
    if digits is None:
        raise errors.NumberInvalid("Only phone numbers can be checked, not groups or hidden ids.")
    reply = await ask_session(request, CheckNumber(number=digits, fresh=fresh))
    return answer(
        NumberAnswer(number=digits, exists=reply.exists, jid=reply.jid, lid=reply.lid, checked_at=reply.checked_at)
    )


class PictureAnswer(Answer):
    """Where a profile picture is."""

    url: str | None = Field(description="Its address at WhatsApp, valid for some days; null when there is none to see.")
    id: Optional[str] = Field(default=None, description="A new picture has a new id.")
    hidden: bool = Field(description="Whether its owner hides it from this session.")


@route(
    "GET",
    "/api/profile-picture/{number:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: PictureAnswer},
    parameters=SESSION,
    errors=ASKING_ERRORS,
)
async def get_profile_picture(request: HttpRequest, number: FromPath[str]) -> Response[bytes]:
    """Say where the profile picture of a number or a group is."""
    to = parse_recipient(number, tenant(request).default_region)
    reply = await ask_session(request, ReadPicture(jid=str(to)))
    return answer(PictureAnswer(url=reply.url, id=reply.id, hidden=reply.hidden))


FAMILY = Family(
    "contacts",
    (
        check_number,
        check_numbers,
        list_contacts,
        get_contact,
        get_profile_picture,
        get_business_profile,
        get_block_list,
        block_user,
        unblock_user,
    ),
)
