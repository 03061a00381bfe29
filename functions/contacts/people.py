"""Whom a session knows, what they show of themselves, and which numbers are on WhatsApp."""

from __future__ import annotations

from typing import Annotated

from litestar import Response
from litestar.params import FromPath
from pydantic import Field, StrictBool

from functions.asking import ASKING_ERRORS, ask_session
from functions.guards import Scope
from functions.http.answers import Answer, Optional, Part, answer
from functions.http.bodies import Body, read
from functions.http.moments import Moment
from functions.http.numbers import Number
from functions.http.people import PersonAnswer, one_person
from functions.http.queries import whole_of_query
from functions.http.requests import HttpRequest, tenant
from functions.http.session_names import SessionName, one_of_query
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from shared import errors
from shared.contracts.commands.people import CheckNumbers, ListContacts, Names, ReadPerson
from shared.recipients import parse_recipient

_MOST_NUMBERS = 500
_PAGE = 100
_LONGEST_CURSOR = 100


class NamesAnswer(Part):
    """How somebody is called; what is not known is left out."""

    saved: Optional[str] = Field(default=None, description="The name in the contacts of the session's phone.")
    first: Optional[str] = None
    push: Optional[str] = Field(default=None, description="The name that they use themselves.")
    business: Optional[str] = None


class KnownContact(PersonAnswer):
    """Somebody whom the session knows."""

    name: str | None = Field(description="The first of these names that exists.")
    names: NamesAnswer


class ContactsAnswer(Answer):
    """Whom the session knows, by the order of their addresses."""

    contacts: list[KnownContact]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last page.")


@route(
    "GET",
    "/api/contacts",
    scope=Scope.MESSAGES_READ,
    answers={200: ContactsAnswer},
    parameters=(
        *SESSION,
        Parameter(
            "limit",
            "query",
            f"How many, at most {_PAGE}, which is the default.",
            {"type": "integer", "minimum": 1, "maximum": _PAGE},
        ),
        Parameter(
            "after", "query", "The `next` of the previous page.", {"type": "string", "maxLength": _LONGEST_CURSOR}
        ),
    ),
    errors=ASKING_ERRORS,
)
async def list_contacts(request: HttpRequest) -> Response[bytes]:
    """List people that the session knows: its phone's contacts, and who wrote to it. WhatsApp is not asked."""
    after = one_of_query(request, "after") or ""
    if len(after) > _LONGEST_CURSOR:
        raise errors.BadRequest("'after' has to be the 'next' of an earlier answer.", field="after")
    reply = await ask_session(
        request, ListContacts(after=after, limit=whole_of_query(request, "limit", most=_PAGE, default=_PAGE))
    )
    contacts = [
        KnownContact(number=each.number, lid=each.lid, name=_name(each.names), names=_names(each.names))
        for each in reply.contacts
    ]
    return answer(ContactsAnswer(contacts=contacts, next=reply.next))


class ContactAnswer(Answer):
    """Somebody, as WhatsApp shows them to this session."""

    exists: bool = Field(description="Whether they are on WhatsApp. If not, everything else is empty.")
    number: str | None = Field(description="Null for a LID whose number is unknown.")
    lid: str | None
    name: str | None = Field(description="The first of these names that exists.")
    names: NamesAnswer
    about: str | None = Field(description="Null when they hide it, or say nothing.")
    picture_url: str | None = Field(
        description="Its address at WhatsApp, valid for some days; null when there is none."
    )
    picture_id: str | None = Field(description="A new picture has a new id.")
    picture_hidden: bool = Field(description="Whether they hide it from this session.")
    is_business: bool
    verified_name: str | None = Field(description="Of a business.")


@route(
    "GET",
    "/api/contacts/{number:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: ContactAnswer},
    parameters=SESSION,
    errors=ASKING_ERRORS,
)
async def get_contact(request: HttpRequest, number: FromPath[str]) -> Response[bytes]:
    """Show somebody by number or LID: their names, the text about them, their picture, and both of their addresses."""
    jid = one_person(request, number)
    person = await ask_session(request, ReadPerson(jid=str(jid), with_picture=True))
    return answer(
        ContactAnswer(
            exists=person.exists,
            number=person.number,
            lid=person.lid,
            name=_name(person.names) or person.verified_name,
            names=_names(person.names),
            about=person.about,
            picture_url=person.picture_url,
            picture_id=person.picture_id,
            picture_hidden=person.picture_hidden,
            is_business=person.verified_name is not None,
            verified_name=person.verified_name,
        )
    )


class BusinessProfile(Part):
    """What can be known of a business."""

    number: str | None
    lid: str | None
    is_business: bool
    verified_name: str
    about: str | None


class BusinessAnswer(Answer):
    """A business."""

    profile: BusinessProfile


@route(
    "GET",
    "/api/business-profile/{number:str}",
    scope=Scope.MESSAGES_READ,
    answers={200: BusinessAnswer},
    parameters=SESSION,
    errors=(errors.NotABusiness, *ASKING_ERRORS),
)
async def get_business_profile(request: HttpRequest, number: FromPath[str]) -> Response[bytes]:
    """Show the verified name of a business. Its address, hours and catalogue are not available."""
    person = await ask_session(request, ReadPerson(jid=str(one_person(request, number))))
    if person.verified_name is None:
        raise errors.NotABusiness
    profile = BusinessProfile(
        number=person.number,
        lid=person.lid,
        is_business=True,
        verified_name=person.verified_name,
        about=person.about,
    )
    return answer(BusinessAnswer(profile=profile))


class CheckNumbersBody(Body):
    """Numbers to be looked up."""

    session_id: SessionName | None = None
    numbers: Annotated[list[Annotated[Number, Field(min_length=1)]], Field(min_length=1, max_length=_MOST_NUMBERS)]
    fresh: StrictBool = Field(default=False, description="Ask WhatsApp even if answers are remembered.")


class CheckedNumber(Part):
    """What became of one number."""

    asked: str = Field(description="As you wrote it.")
    number: str | None = Field(description="With its country code; null when it is not a phone number.")
    exists: bool
    jid: str | None = Field(description="WhatsApp's own number of it; in some countries it has other digits.")
    lid: str | None
    checked_at: Optional[Moment] = None
    error: Optional[str] = Field(default=None, description="Why it is no phone number.")


class CheckedAnswer(Answer):
    """The numbers, in the order of asking."""

    results: list[CheckedNumber]


@route(
    "POST",
    "/api/check-numbers",
    scope=Scope.MESSAGES_READ,
    body=CheckNumbersBody,
    answers={200: CheckedAnswer},
    parameters=SESSION,
    errors=tuple(error for error in ASKING_ERRORS if error is not errors.NumberInvalid),
)
async def check_numbers(request: HttpRequest) -> Response[bytes]:
    """Check which of up to 500 numbers are on WhatsApp. Those that are not remembered are asked a hundred at a time."""
    body = await read(request, CheckNumbersBody)
    region = tenant(request).default_region
    read_as = {asked: _digits(asked, region) for asked in body.numbers}
    wanted = tuple(dict.fromkeys(digits for digits, _ in read_as.values() if digits))
    found = {}
    if wanted:
        reply = await ask_session(request, CheckNumbers(numbers=wanted, fresh=body.fresh), body.session_id)
        found = dict(zip(wanted, reply.numbers, strict=True))
    results: list[CheckedNumber] = []
    for asked in body.numbers:
        digits, why_not = read_as[asked]
        known = found.get(digits) if digits else None
        results.append(
            CheckedNumber(
                asked=asked,
                number=digits,
                exists=known is not None and known.exists,
                jid=known and known.jid,
                lid=known and known.lid,
                checked_at=known and known.checked_at,
                error=why_not,
            )
        )
    return answer(CheckedAnswer(results=results))


def _digits(text: str, region: str | None) -> tuple[str | None, str | None]:
    """The digits of a number, or why it is none."""
    try:
        digits = parse_recipient(text, region).number
    except errors.NumberInvalid as error:
        return None, error.message
    return digits, None if digits else "Only phone numbers can be checked, not groups or hidden ids."


def _name(names: Names) -> str | None:
    return names.saved or names.first or names.business or names.push


def _names(names: Names) -> NamesAnswer:
    return NamesAnswer(saved=names.saved, first=names.first, push=names.push, business=names.business)
