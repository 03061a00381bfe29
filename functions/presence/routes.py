"""Who is there, and who is writing."""

from __future__ import annotations

from typing import Literal

from litestar import Response
from pydantic import Field, StrictBool, StrictInt

from functions.asking import ASKING_ERRORS, ask_session
from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Answer, Message, answer
from functions.http.bodies import Body, read
from functions.http.chats import recipient_of
from functions.http.moments import Moment
from functions.http.numbers import Number
from functions.http.people import one_person
from functions.http.requests import HttpRequest
from functions.http.session_names import SessionName
from functions.reference.described import SESSION
from functions.routing import route
from shared import errors
from shared.contracts.commands.presence import ReadPresence, SetPresence, SetTyping

_LONGEST = 60
_WRITES_FOR = 20
_ERRORS = (errors.WhatsAppRefused, *ASKING_ERRORS)


class PersonBody(Body):
    """Somebody."""

    session_id: SessionName | None = None
    number: Number


class SetPresenceBody(Body):
    """How the session is to be seen."""

    session_id: SessionName | None = None
    type: Literal["available", "unavailable"]


class WritingBody(Body):
    """A chat."""

    session_id: SessionName | None = None
    number: Number = Field(description="A person, or a group.")
    seconds: StrictInt = Field(
        default=_WRITES_FOR,
        ge=1,
        le=_LONGEST,
        description="Seconds after which it ends by itself; a message ends it too.",
    )


class TypingBody(WritingBody):
    """Whether the session is writing."""

    is_typing: StrictBool = True


class RecordingBody(WritingBody):
    """Whether the session is recording."""

    is_recording: StrictBool = True


class PresenceAnswer(Answer):
    """What is known of somebody's presence."""

    number: str | None
    lid: str | None
    presence: Literal["available", "unavailable", "unknown"] = Field(
        description="`unknown`: WhatsApp did not say. It tells a session nothing while the session itself is "
        "unavailable."
    )
    last_seen: Moment | None = Field(description="Null if they hide it, are online, or WhatsApp did not say.")
    typing: Literal["composing", "recording"] | None = Field(description="To this session, now.")
    at: Moment | None = Field(description="When WhatsApp said so.")


@route(
    "POST",
    "/api/get-presence",
    scope=Scope.MESSAGES_READ,
    body=PersonBody,
    answers={200: PresenceAnswer},
    parameters=SESSION,
    errors=_ERRORS,
)
async def get_presence(request: HttpRequest) -> Response[bytes]:
    """Show whether a person is online, and subscribe to them: the event `presence` tells when they come and go."""
    body = await read(request, PersonBody)
    jid = one_person(request, body.number)
    reply = await ask_session(request, ReadPresence(jid=str(jid)), body.session_id)
    return answer(
        PresenceAnswer(
            number=jid.number,
            lid=None if jid.number else str(jid),
            presence=reply.state,
            last_seen=None if reply.last_seen is None else reply.last_seen * 1000,
            typing=reply.typing,
            at=None if reply.at is None else reply.at * 1000,
        )
    )


@route(
    "POST",
    "/api/set-presence",
    scope=Scope.MESSAGES_SEND,
    body=SetPresenceBody,
    answers={200: Message},
    parameters=SESSION,
    errors=(errors.NoPushName, *(error for error in _ERRORS if error is not errors.NumberInvalid)),
)
async def set_presence(request: HttpRequest) -> Response[bytes]:
    """Show the session as available or unavailable. While it is available, **its phone shows no notifications**."""
    body = await read(request, SetPresenceBody)
    available = body.type == "available"
    await ask_session(request, SetPresence(available=available), body.session_id)
    words = "Others see the session as available. Its phone shows no notifications meanwhile."
    return answer(Message(message=words if available else "Others see the session as unavailable."))


@route(
    "POST",
    "/api/send-typing",
    scope=Scope.MESSAGES_SEND,
    body=TypingBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
    chats="checked",
)
async def send_typing(request: HttpRequest) -> Response[bytes]:
    """Be seen writing in a chat, or no longer. It ends by itself."""
    body = await read(request, TypingBody)
    return await _write(request, body, on=body.is_typing, recording=False)


@route(
    "POST",
    "/api/send-recording",
    scope=Scope.MESSAGES_SEND,
    body=RecordingBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
    chats="checked",
)
async def send_recording(request: HttpRequest) -> Response[bytes]:
    """Show in a chat that the session is recording a voice message, or stop that. It ends by itself."""
    body = await read(request, RecordingBody)
    return await _write(request, body, on=body.is_recording, recording=True)


async def _write(request: HttpRequest, body: WritingBody, *, on: bool, recording: bool) -> Response[bytes]:
    chat = recipient_of(request, body.number)
    command = SetTyping(jid=str(chat), on=on, recording=recording, seconds=body.seconds)
    await ask_session(request, command, body.session_id)
    return answer(Message(message="WhatsApp was told. It does not say whether it shows this in the chat."))


FAMILY = Family("presence", (get_presence, set_presence, send_typing, send_recording))
