"""Forwarders, for whoever runs the gateway: it is his queue, his bucket and his account of AWS."""

from __future__ import annotations

from dataclasses import replace

from litestar import Response
from litestar.params import FromPath

from functions.admin.stored_keys import stored_key
from functions.families import Family
from functions.forwarders.schemas import ForwarderAnswer, ForwarderBody, ForwardersAnswer, shown
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest
from functions.reference.described import Link
from functions.routing import route
from functions.services import Services, services
from shared.contracts.subjects import DELIVERIES_CHANGED
from shared.errors import (
    BadRequest,
    BadSessionName,
    BusUnavailable,
    ForwarderNotFound,
    KeyNotFound,
    SecretsKeyMissing,
    SessionNotFound,
)
from shared.events.reading import LATEST
from shared.events.telling import types_of
from shared.forwarders.model import Forwarder, Progress
from shared.ids import check_session_name, new_forwarder_id, now_ms


@route(
    "POST",
    "/api/admin/forwarders",
    key="admin",
    body=ForwarderBody,
    answers={200: ForwarderAnswer},
    errors=(KeyNotFound, BadSessionName, SessionNotFound, SecretsKeyMissing, BusUnavailable),
    links=(Link("delete_forwarder", {"forwarder_id": "forwarder/id"}),),
)
async def create_forwarder(request: HttpRequest) -> Response[bytes]:
    """Have events of a key go to NATS, SQS, EventBridge or S3. Whether they are taken there is seen afterwards."""
    serving, body = services(request), await read(request, ForwarderBody)
    key = await stored_key(serving, body.key_id)
    name = None if body.session_id is None else check_session_name(body.session_id)
    session = None if name is None else await serving.session_rows.existing(key.unlimited, name)
    forwarder = _sealed(_wanted(body, key.id, session and session.uid), body, serving)
    cursor = await serving.reading.begin(key.id, LATEST if body.begin == "now" else None)
    progress = Progress(cursor=cursor)
    await serving.forwarders.add(forwarder, progress)
    await serving.bus.ring(DELIVERIES_CHANGED)
    return answer(ForwarderAnswer(forwarder=shown(forwarder, progress, session and session.name)))


@route("GET", "/api/admin/forwarders", key="admin", answers={200: ForwardersAnswer})
async def list_forwarders(request: HttpRequest) -> Response[bytes]:
    """List the forwarders, and how each of them goes."""
    serving = services(request)
    parts = []
    for forwarder, progress in await serving.forwarders.all():
        session = await serving.sessions.get(forwarder.session_uid) if forwarder.session_uid else None
        parts.append(shown(forwarder, progress, session and session.name))
    return answer(ForwardersAnswer(forwarders=parts))


@route(
    "DELETE",
    "/api/admin/forwarders/{forwarder_id:str}",
    key="admin",
    answers={200: Message},
    errors=(ForwarderNotFound,),
)
async def delete_forwarder(request: HttpRequest, forwarder_id: FromPath[str]) -> Response[bytes]:
    """Delete a forwarder. What it has put there stays; a last page may be on its way for some seconds still."""
    serving = services(request)
    if not await serving.forwarders.delete(forwarder_id):
        raise ForwarderNotFound
    await serving.bus.ring(DELIVERIES_CHANGED)
    return answer(Message(message="Forwarder deleted successfully"))


def _wanted(body: ForwarderBody, key_id: str, session_uid: str | None) -> Forwarder:
    """Raises BadRequest."""
    try:
        types_of(body.events)
    except ValueError as error:
        raise BadRequest(f"The field 'events' is wrong: there is no event '{error}'.", field="events") from None
    try:
        target = body.targets
        _ = target.one
        if body.credentials:
            body.credentials.fit(target)
    except ValueError as error:
        raise BadRequest(f"The body is wrong: {error}.") from None
    return Forwarder(
        id=new_forwarder_id(),
        key_id=key_id,
        session_uid=session_uid,
        events=tuple(dict.fromkeys(body.events)),
        targets=target,
        created_at=now_ms(),
    )


def _sealed(forwarder: Forwarder, body: ForwarderBody, serving: Services) -> Forwarder:
    """With its credentials; raises SecretsKeyMissing."""
    if body.credentials is None:
        return forwarder
    plain = body.credentials.model_dump_json(by_alias=True, exclude_none=True).encode()
    return replace(forwarder, credentials=serving.sealer.seal(plain, forwarder.about))


FAMILY = Family("forwarders", (list_forwarders, create_forwarder, delete_forwarder))
