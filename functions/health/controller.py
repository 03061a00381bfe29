"""Whether the gateway lives, and whether it can work."""

from __future__ import annotations

from litestar import Controller, Response

from functions.health.schemas import AliveAnswer, ReadyAnswer
from functions.http.answers import answer
from functions.http.requests import HttpRequest
from functions.http.routes import get
from functions.reference.described import Description, described
from functions.services import services
from shared.errors import BusUnavailable, NoHost, StoreUnavailable


class HealthController(Controller):
    """For load balancers and people."""

    @get("/health", opt=described(Description(key="none", answers={200: AliveAnswer})))
    async def health(self) -> Response[bytes]:
        """Say that this process answers; it asks nothing else."""
        return answer(AliveAnswer())

    @get(
        "/ready",
        opt=described(
            Description(key="none", answers={200: ReadyAnswer}, errors=(StoreUnavailable, BusUnavailable, NoHost))
        ),
    )
    async def ready(self, request: HttpRequest) -> Response[bytes]:
        """Say whether requests can be served: the store and NATS answer and a session host runs."""
        await services(request).readiness.check()
        return answer(ReadyAnswer())
