"""Whether the gateway lives, and whether it can work."""

from __future__ import annotations

from litestar import Response

from functions.families import Family
from functions.health.schemas import AliveAnswer, ReadyAnswer
from functions.http.answers import answer
from functions.http.requests import HttpRequest
from functions.routing import route
from functions.services import services
from shared.errors import BusUnavailable, NoHost, StoreUnavailable


@route(
    "GET",
    "/health",
    key="none",
    answers={200: AliveAnswer},
)
async def get_health() -> Response[bytes]:
    """Say that this process answers; it asks nothing else."""
    return answer(AliveAnswer())


@route(
    "GET",
    "/ready",
    key="none",
    answers={200: ReadyAnswer},
    errors=(StoreUnavailable, BusUnavailable, NoHost),
)
async def get_readiness(request: HttpRequest) -> Response[bytes]:
    """Say whether requests can be served: the store and NATS answer and a session host runs."""
    await services(request).readiness.check()
    return answer(ReadyAnswer())


FAMILY = Family(
    "health",
    (
        get_health,
        get_readiness,
    ),
)
