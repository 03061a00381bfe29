"""What a session's number shows of itself: its name, the text about it, its picture, its link."""

from __future__ import annotations

import re
from typing import Annotated

from litestar import Response
from pydantic import AfterValidator, Field, StrictStr

from functions.asking import ASKING_ERRORS, ask, ask_session, session_of
from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Answer, Message, answer
from functions.http.bodies import Body, read
from functions.http.people import PersonAnswer
from functions.http.requests import HttpRequest
from functions.http.session_names import SessionName, one_of_query
from functions.http.texts import not_blank
from functions.profile.pictures import update_profile_picture
from functions.profile.privacy import get_privacy, update_default_timer, update_privacy
from functions.reference.described import SESSION, Parameter
from functions.routing import route
from functions.unsupported import unsupported
from shared import errors
from shared.contracts.commands.people import ReadContactLink, RenewContactLink, ResolveContactLink
from shared.contracts.commands.profile import SetAbout, SetPushName

_LONGEST_ABOUT, _LONGEST_NAME = 139, 25
"""Characters, as phones let one type."""
_PREFIXES = ("https://wa.me/qr/", "https://api.whatsapp.com/qr/")
_LINK = _PREFIXES[0]
_CODE = re.compile("[A-Za-z0-9]{1,64}")
_SHOWN = f"^(https://(wa\\.me|api\\.whatsapp\\.com)/qr/)?{_CODE.pattern}$"
_ASKING = tuple(error for error in ASKING_ERRORS if error is not errors.NumberInvalid)
_NO_NUL = r"^[^\u0000]*$"


class StatusBody(Body):
    """The text about oneself."""

    session_id: SessionName | None = None
    status: StrictStr = Field(
        max_length=_LONGEST_ABOUT, pattern=_NO_NUL, description="The text that others see; may be empty."
    )


class NameBody(Body):
    """What one calls oneself."""

    session_id: SessionName | None = None
    name: Annotated[
        StrictStr, Field(min_length=1, max_length=_LONGEST_NAME, pattern=_NO_NUL), AfterValidator(not_blank)
    ]


@route(
    "POST",
    "/api/update-profile-status",
    scope=Scope.SESSIONS_WRITE,
    body=StatusBody,
    answers={200: Message},
    parameters=SESSION,
    errors=(errors.WhatsAppRefused, *_ASKING),
)
async def update_profile_status(request: HttpRequest) -> Response[bytes]:
    """Set the text that others read about the session's number (WhatsApp's "about")."""
    body = await read(request, StatusBody)
    await ask_session(request, SetAbout(text=body.status), body.session_id)
    return answer(Message(message="The text is set."))


@route(
    "POST",
    "/api/update-profile-name",
    scope=Scope.SESSIONS_WRITE,
    body=NameBody,
    answers={200: Message},
    parameters=SESSION,
    errors=(errors.NoAppState, errors.WhatsAppRefused, *_ASKING),
)
async def update_profile_name(request: HttpRequest) -> Response[bytes]:
    """Set the display name of the session's number, which others see above its messages."""
    body = await read(request, NameBody)
    await ask_session(request, SetPushName(name=body.name), body.session_id)
    return answer(Message(message="The name is set."))


class ContactLinkAnswer(Answer):
    """The link by which others find the number."""

    link: str = Field(description="Open it on a phone, or show it as a QR code.")
    code: str


class RenewBody(Body):
    """Nothing but the session."""

    session_id: SessionName | None = None


@route(
    "GET",
    "/api/contact-link",
    scope=Scope.SESSIONS_READ,
    answers={200: ContactLinkAnswer},
    parameters=SESSION,
    errors=(errors.WhatsAppRefused, *_ASKING),
)
async def get_contact_link(request: HttpRequest) -> Response[bytes]:
    """Show the link with which others find the session's number: the contents of the phone's own QR code."""
    code = (await ask_session(request, ReadContactLink())).code
    return answer(ContactLinkAnswer(link=_LINK + code, code=code))


@route(
    "POST",
    "/api/contact-link/renew",
    scope=Scope.SESSIONS_WRITE,
    body=RenewBody,
    answers={200: ContactLinkAnswer},
    parameters=SESSION,
    errors=(errors.WhatsAppRefused, *_ASKING),
)
async def renew_contact_link(request: HttpRequest) -> Response[bytes]:
    """Have another link: the last one leads to nobody any more."""
    body = await read(request, RenewBody)
    code = (await ask_session(request, RenewContactLink(), body.session_id)).code
    return answer(ContactLinkAnswer(link=_LINK + code, code=code))


class LinkedAnswer(Answer):
    """Whose link it is."""

    person: PersonAnswer
    push_name: str | None = Field(description="The name that they use themselves.")


@route(
    "GET",
    "/api/contact-link/resolve",
    scope=Scope.MESSAGES_READ,
    answers={200: LinkedAnswer},
    parameters=(
        *SESSION,
        Parameter(
            "code",
            "query",
            f"The part after `{_LINK}`, or the whole link.",
            {"type": "string", "pattern": _SHOWN},
            required=True,
        ),
    ),
    errors=(errors.ContactLinkInvalid, errors.WhatsAppRefused, *_ASKING),
)
async def resolve_contact_link(request: HttpRequest) -> Response[bytes]:
    """Say whose link this is."""
    session = await session_of(request)
    code = one_of_query(request, "code") or ""
    for prefix in _PREFIXES:
        code = code.removeprefix(prefix)
    if not _CODE.fullmatch(code):
        raise errors.BadRequest("'code' has to be the part after https://wa.me/qr/.", field="code")
    found = await ask(request, session, ResolveContactLink(code=code))
    person = PersonAnswer(number=found.person.number, lid=found.person.lid)
    return answer(LinkedAnswer(person=person, push_name=found.push_name))


FAMILY = Family(
    "profile",
    (
        update_profile_picture,
        unsupported(
            "DELETE", "/api/profile-picture", "profile_picture_removal", "remove_profile_picture", Scope.SESSIONS_WRITE
        ),
        update_profile_status,
        update_profile_name,
        unsupported(
            "POST", "/api/update-business-profile", "business_profile", "update_business_profile", Scope.SESSIONS_WRITE
        ),
        get_contact_link,
        renew_contact_link,
        resolve_contact_link,
        get_privacy,
        update_privacy,
        update_default_timer,
    ),
)
