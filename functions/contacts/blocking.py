"""Whom a session's number blocks."""

from __future__ import annotations

from litestar import Response
from pydantic import Field

from functions.asking import ASKING_ERRORS, ask_session
from functions.guards import Scope
from functions.http.answers import Answer, Message, answer
from functions.http.bodies import Body, read
from functions.http.numbers import Number
from functions.http.people import PersonAnswer, one_person
from functions.http.requests import HttpRequest
from functions.http.session_names import SessionName
from functions.reference.described import SESSION
from functions.routing import route
from shared import errors
from shared.contracts.commands.people import Block, ReadBlockList

_ERRORS = (errors.NumberNotOnWhatsApp, errors.WhatsAppRefused, *ASKING_ERRORS)


class BlockBody(Body):
    """Somebody."""

    session_id: SessionName | None = None
    number: Number


class BlockListAnswer(Answer):
    """Everybody who is blocked."""

    blocked: list[PersonAnswer] = Field(description="In WhatsApp's order.")


@route(
    "GET",
    "/api/block-list",
    scope=Scope.SESSIONS_READ,
    answers={200: BlockListAnswer},
    parameters=SESSION,
    errors=tuple(error for error in ASKING_ERRORS if error is not errors.NumberInvalid),
)
async def get_block_list(request: HttpRequest) -> Response[bytes]:
    """Say whom the session's number blocks."""
    reply = await ask_session(request, ReadBlockList())
    return answer(BlockListAnswer(blocked=[PersonAnswer(number=each.number, lid=each.lid) for each in reply.people]))


@route(
    "POST",
    "/api/block-user",
    scope=Scope.SESSIONS_WRITE,
    body=BlockBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
)
async def block_user(request: HttpRequest) -> Response[bytes]:
    """Block somebody: their messages and calls no longer arrive, and they see no picture and no presence."""
    return await _block(request, off=False)


@route(
    "POST",
    "/api/unblock-user",
    scope=Scope.SESSIONS_WRITE,
    body=BlockBody,
    answers={200: Message},
    parameters=SESSION,
    errors=_ERRORS,
)
async def unblock_user(request: HttpRequest) -> Response[bytes]:
    """Unblock somebody. What they sent meanwhile does not arrive."""
    return await _block(request, off=True)


async def _block(request: HttpRequest, *, off: bool) -> Response[bytes]:
    body = await read(request, BlockBody)
    jid = one_person(request, body.number)
    await ask_session(request, Block(jid=str(jid), off=off), body.session_id)
    return answer(Message(message="They are blocked no longer." if off else "They are blocked."))
