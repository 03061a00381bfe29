"""Who may see what of a session's number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from litestar import Response
from pydantic import Field

from functions.asking import ASKING_ERRORS, ask_session
from functions.guards import Scope
from functions.http.answers import Answer, Message, Part, answer
from functions.http.bodies import Body, read
from functions.http.numbers import Timer
from functions.http.people import PersonAnswer
from functions.http.requests import HttpRequest
from functions.http.session_names import SessionName
from functions.reference.described import SESSION
from functions.routing import route
from shared import errors
from shared.contracts.commands.profile import (
    PrivacyReply,
    ReadPrivacy,
    SetDefaultTimer,
    SetPrivacy,
    Setting,
    SettingValue,
)

_Everybody = Literal["all", "contacts", "contacts_except", "none"]
_Online = Literal["all", "match_last_seen"]
_Receipts = Literal["all", "none"]
_Calls = Literal["all", "known"]
_EXCEPT: Mapping[SettingValue, str] = {"contact_blacklist": "contacts_except"}
_NAMES: Mapping[str, Setting] = {
    "last_seen": "last",
    "online": "online",
    "profile_picture": "profile",
    "about": "status",
    "read_receipts": "readreceipts",
    "group_add": "groupadd",
    "call_add": "calladd",
}
"""WhatsApp's word for each of ours."""
_ERRORS = (errors.WhatsAppRefused, *(error for error in ASKING_ERRORS if error is not errors.NumberInvalid))


class Audience(Part):
    """Whom status posts go to."""

    who: Literal["contacts", "only", "contacts_except"]
    people: list[PersonAnswer] = Field(description="The people who are included, or excluded.")


class PrivacyAnswer(Answer):
    """Who may see what. Null: it is set to something that the gateway does not know."""

    last_seen: _Everybody | None = Field(description="When the number was last online.")
    online: _Online | None = Field(description="Whether it is online now.")
    profile_picture: _Everybody | None
    about: _Everybody | None
    read_receipts: _Receipts | None = Field(
        description="`none`: others do not see what this number read, and this number does not see what others read."
    )
    group_add: _Everybody | None = Field(description="Who may add the number to groups.")
    call_add: _Calls | None = Field(description="Who may call.")
    status_posts: Audience | None = Field(description="Set on the phone only.")


class PrivacyBody(Body):
    """What is to be otherwise; what is not said stays. `contacts_except` is set on the phone, where one says whom."""

    session_id: SessionName | None = None
    last_seen: Literal["all", "contacts", "none"] | None = None
    online: _Online | None = None
    profile_picture: Literal["all", "contacts", "none"] | None = None
    about: Literal["all", "contacts", "none"] | None = None
    read_receipts: _Receipts | None = None
    group_add: Literal["all", "contacts", "none"] | None = None
    call_add: _Calls | None = None


class TimerBody(Body):
    """The timer of new chats."""

    session_id: SessionName | None = None
    seconds: Timer = Field(description="Never, a day, a week, 90 days.")


@route(
    "GET",
    "/api/privacy",
    scope=Scope.SESSIONS_READ,
    answers={200: PrivacyAnswer},
    parameters=SESSION,
    errors=_ERRORS,
)
async def get_privacy(request: HttpRequest) -> Response[bytes]:
    """Say who may see what of the session's number."""
    return answer(_shown(await ask_session(request, ReadPrivacy())))


@route(
    "PATCH",
    "/api/privacy",
    scope=Scope.SESSIONS_WRITE,
    body=PrivacyBody,
    answers={200: PrivacyAnswer},
    parameters=SESSION,
    errors=_ERRORS,
)
async def update_privacy(request: HttpRequest) -> Response[bytes]:
    """Change what others may see of the session's number, one setting after the other."""
    body = await read(request, PrivacyBody)
    wanted: dict[Setting, Any] = {
        name: value for ours, name in _NAMES.items() if (value := getattr(body, ours)) is not None
    }
    if not wanted:
        raise errors.BadRequest("Give at least one setting to change.", field="body")
    await ask_session(request, SetPrivacy(settings=wanted), body.session_id)
    return answer(_shown(await ask_session(request, ReadPrivacy(), body.session_id)))


@route(
    "POST",
    "/api/update-default-timer",
    scope=Scope.SESSIONS_WRITE,
    body=TimerBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
)
async def update_default_timer(request: HttpRequest) -> Response[bytes]:
    """Set after how long messages disappear in new chats. WhatsApp does not tell the current value."""
    body = await read(request, TimerBody)
    await ask_session(request, SetDefaultTimer(seconds=body.seconds), body.session_id)
    return answer(Message(message="The timer of new chats is set."))


def _shown(reply: PrivacyReply) -> PrivacyAnswer:
    settings: dict[str, Any] = {
        ours: _EXCEPT.get(value, value) if (value := reply.settings.get(name)) else None
        for ours, name in _NAMES.items()
    }
    posts = None
    if reply.audience is not None:
        who: Any = {"whitelist": "only", "blacklist": "contacts_except"}.get(reply.audience, reply.audience)
        people = [PersonAnswer(number=each.number, lid=each.lid) for each in reply.audience_people]
        posts = Audience(who=who, people=people)
    return PrivacyAnswer(**settings, status_posts=posts)
