"""API keys, for whoever runs the gateway."""

from __future__ import annotations

from contextlib import suppress

from litestar import Response
from litestar.params import FromPath

from functions.admin.limiting import change_key as changed
from functions.admin.logging_out import MAY_BE_LINKED, delete_all, log_out_all
from functions.admin.making import make_key
from functions.admin.making import revoke_key as revoke
from functions.admin.making import rotate_key as rotated
from functions.admin.schemas import (
    ChangeKeyBody,
    GenerateBody,
    GeneratedAnswer,
    KeyAnswer,
    KeyDeletedAnswer,
    KeysAnswer,
    LogoutAnswer,
    LogoutBody,
    RotatedAnswer,
    RotateKeyBody,
    key_shown,
)
from functions.admin.stored_keys import hint, stored_key
from functions.families import Family
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, request_id
from functions.reference.described import Link
from functions.routing import route
from functions.services import services
from shared.contracts.subjects import DELIVERIES_CHANGED
from shared.errors import BadRequest, KeyNotFound, NumberInvalid, SessionNotFound
from shared.ids import check_session_name, now_ms
from shared.webhooks.forgetting import forget_of_key

_NOT_KEPT = {"Cache-Control": "no-store"}


@route(
    "POST",
    "/api/admin/apikeys/generate",
    key="admin",
    body=GenerateBody,
    answers={200: GeneratedAnswer},
    errors=(NumberInvalid,),
    links=(
        Link("change_key", {"key_id": "id"}),
        Link("rotate_key", {"key_id": "id"}),
        Link("revoke_key", {"key_id": "id"}),
        Link("delete_key", {"key_id": "id"}),
        Link("log_key_out", {"key_id": "id"}),
    ),
)
async def generate_key(request: HttpRequest) -> Response[bytes]:
    """Make an API key. It is shown this once; only its hash is kept."""
    body = await read(request, GenerateBody)
    key, secret = await make_key(services(request), body)
    return answer(GeneratedAnswer(api_key=secret, id=key.id, name=key.name), headers=_NOT_KEPT)


@route(
    "GET",
    "/api/admin/apikeys",
    key="admin",
    answers={200: KeysAnswer},
)
async def list_keys(request: HttpRequest) -> Response[bytes]:
    """List the API keys, without their secrets."""
    keys = await services(request).keys.all()
    return answer(KeysAnswer(api_keys=[key_shown(key) for key in keys]))


@route(
    "PATCH",
    "/api/admin/apikeys/{key_id:str}",
    key="admin",
    body=ChangeKeyBody,
    answers={200: KeyAnswer},
    errors=(KeyNotFound, NumberInvalid),
)
async def change_key(request: HttpRequest, key_id: FromPath[str]) -> Response[bytes]:
    """Say what an API key may have at most: how many sessions, which ones, from where, in which chats.

    What it has beyond that stays, and it does not see it; its webhooks are narrowed with it. Within 30 s everywhere.
    """
    serving = services(request)
    body = await read(request, ChangeKeyBody)
    if not body.model_fields_set:
        raise BadRequest(
            "Give at least one change: 'maxSessions', 'requestsPerMinute', 'sessions', 'addresses' or 'chats'."
        )
    key = await changed(serving, await stored_key(serving, key_id), body)
    return answer(KeyAnswer(api_key=key_shown(key)))


@route(
    "POST",
    "/api/admin/apikeys/{key_id:str}/rotate",
    key="admin",
    body=RotateKeyBody,
    answers={200: RotatedAnswer},
    errors=(KeyNotFound,),
)
async def rotate_key(request: HttpRequest, key_id: FromPath[str]) -> Response[bytes]:
    """Give an API key another secret, shown this once. The one before works for a day more, or for `overlap` seconds.

    Up to four secrets of a key work at a time; one more ends the oldest at once.
    """
    serving = services(request)
    body = await read(request, RotateKeyBody)
    key, secret = await rotated(serving, await stored_key(serving, key_id), body.overlap)
    until = key.old_secrets[0].until if key.old_secrets else now_ms()
    told = RotatedAnswer(api_key=secret, id=key.id, name=key.name, old_until=until)
    return answer(told, headers=_NOT_KEPT)


@route(
    "POST",
    "/api/admin/apikeys/{key_id:str}/revoke",
    key="admin",
    answers={200: Message},
    errors=(KeyNotFound,),
)
async def revoke_key(request: HttpRequest, key_id: FromPath[str]) -> Response[bytes]:
    """Make an API key useless, within 30 s everywhere. Its sessions stay connected."""
    serving = services(request)
    key = await stored_key(serving, key_id)
    await revoke(serving, key)
    return answer(Message(message="API key revoked successfully", hint=hint(key_id)))


@route(
    "DELETE",
    "/api/admin/apikeys/{key_id:str}",
    key="admin",
    answers={200: KeyDeletedAnswer, 202: KeyDeletedAnswer},
    errors=(KeyNotFound,),
)
async def delete_key(request: HttpRequest, key_id: FromPath[str]) -> Response[bytes]:
    """Delete an API key with its sessions and webhooks: nobody could reach them any more. Revoke it to keep them."""
    serving = services(request)
    key = await stored_key(serving, key_id)
    with suppress(KeyNotFound):
        await revoke(serving, key)  # first: no session is made between the two steps below
    sessions = await serving.sessions.list_of(key.id)
    left = await delete_all(serving, sessions, request_id=request_id(request.scope))
    for forwarder, _ in await serving.forwarders.all():
        if forwarder.key_id == key.id:
            await serving.forwarders.delete(forwarder.id)
    await forget_of_key(serving.webhooks, serving.deliveries, key.id)
    await serving.bus.ring(DELIVERIES_CHANGED)
    await serving.keys.delete(key.id)
    words = "API key deleted successfully"
    if left:
        words = f"API key deleted. {len(left)} of {len(sessions)} {MAY_BE_LINKED}"
    told = KeyDeletedAnswer(message=words, hint=hint(key_id), unlinked=not left, not_unlinked=left)
    return answer(told, status=202 if left else 200)


@route(
    "POST",
    "/api/admin/logout/{key_id:str}",
    key="admin",
    body=LogoutBody,
    answers={200: LogoutAnswer, 202: LogoutAnswer},
    errors=(KeyNotFound, SessionNotFound),
)
async def log_key_out(request: HttpRequest, key_id: FromPath[str]) -> Response[bytes]:
    """Log one session of a key out, or all of them. 202: some phones may still show the device."""
    serving = services(request)
    body = await read(request, LogoutBody)
    key = await stored_key(serving, key_id)
    if body.session_id is None:
        sessions = await serving.sessions.list_of(key.id)
    else:
        sessions = [await serving.session_rows.existing(key.unlimited, check_session_name(body.session_id))]
    done = await log_out_all(serving, sessions, request_id=request_id(request.scope))
    left = [each for each in done if not each.unlinked]
    if left:
        words = f"{len(done)} session(s) logged out. {len(left)} {MAY_BE_LINKED}"
        return answer(LogoutAnswer(message=words, sessions=done), status=202)
    return answer(LogoutAnswer(message=f"{len(done)} session(s) logged out", sessions=done))


FAMILY = Family(
    "admin",
    (
        generate_key,
        list_keys,
        change_key,
        rotate_key,
        revoke_key,
        delete_key,
        log_key_out,
    ),
)
