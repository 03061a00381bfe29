"""Session hosts and where sessions are, for whoever runs the gateway."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.admin.draining import set_draining
from functions.admin.forgetting import give_up_on
from functions.admin.hosts_schemas import HostAnswer, HostsAnswer, MoveBody, hosts_shown
from functions.admin.moving import move
from functions.admin.stored_keys import stored_key
from functions.families import Family
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, request_id
from functions.routing import route
from functions.services import services
from shared.errors import BusUnavailable, HostNotFound, KeyNotFound, NoHost, SessionNotFound, ShardTakesNone
from shared.ids import check_session_name


@route(
    "GET",
    "/api/admin/hosts",
    key="admin",
    answers={200: HostsAnswer},
)
async def list_hosts(request: HttpRequest) -> Response[bytes]:
    """List the session hosts, their shards and how many sessions each holds."""
    return answer(HostsAnswer(hosts=hosts_shown(await services(request).leases.all())))


@route(
    "POST",
    "/api/admin/hosts/{host:str}/drain",
    key="admin",
    answers={200: HostAnswer},
    errors=(HostNotFound,),
)
async def drain_host(request: HttpRequest, host: FromPath[str]) -> Response[bytes]:
    """Have a session host give its sessions to others and take none, before it is stopped."""
    return answer(HostAnswer(host=await set_draining(services(request), host, draining=True)))


@route(
    "POST",
    "/api/admin/hosts/{host:str}/undrain",
    key="admin",
    answers={200: HostAnswer},
    errors=(HostNotFound,),
)
async def undrain_host(request: HttpRequest, host: FromPath[str]) -> Response[bytes]:
    """Have a session host take sessions again."""
    return answer(HostAnswer(host=await set_draining(services(request), host, draining=False)))


@route(
    "POST",
    "/api/admin/hosts/{host:str}/forget",
    key="admin",
    answers={200: Message},
    errors=(HostNotFound,),
)
async def forget_host(request: HttpRequest, host: FromPath[str]) -> Response[bytes]:
    """Say that a session host that is gone will not come back, nor its disk: what its journals have is given up."""
    waiting = await give_up_on(services(request), host)
    return answer(Message(message=f"It is forgotten, with {waiting} events that waited when it was last heard of"))


@route(
    "POST",
    "/api/admin/sessions/{key_id:str}/{name:str}/move",
    key="admin",
    body=MoveBody,
    answers={200: Message},
    errors=(KeyNotFound, SessionNotFound, HostNotFound, ShardTakesNone, NoHost, BusUnavailable),
)
async def move_session(request: HttpRequest, key_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Have a session's shard give it up, to another shard or to any that has room."""
    serving = services(request)
    body = await read(request, MoveBody)
    key = await stored_key(serving, key_id)
    session = await serving.session_rows.existing(key.unlimited, check_session_name(name))
    await move(serving, session, body.to, request_id=request_id(request.scope))
    return answer(Message(message="The session moves; GET /api/status says when it is connected again"))


FAMILY = Family(
    "hosts",
    (
        list_hosts,
        drain_host,
        undrain_host,
        forget_host,
        move_session,
    ),
)
