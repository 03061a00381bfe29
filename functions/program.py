"""The program of the API: what is set, the server around the application, its end."""

from __future__ import annotations

from functions import plain_litestar, plain_uvicorn  # noqa: F401 # pyright: ignore[reportUnusedImport] - before others

# isort: split

import logging
import os
import sys
from typing import TYPE_CHECKING, cast

import uvicorn
from pydantic import ValidationError

from functions import starting
from functions.access.client_address import Proxies, behind
from functions.app import create_app
from functions.metrics.measured import measured
from functions.metrics.request_metrics import RequestMetrics
from functions.server.connections import Connections, allowed_by_files
from functions.server.http_protocol import protocol
from functions.server.ticking import Server
from functions.settings import ApiSettings
from shared.observing.logs import configure_logging
from shared.settings import in_words

if TYPE_CHECKING:
    from uvicorn._types import ASGIApplication

_KEEP_ALIVE = 75
_END_WITHIN = 10


def server(settings: ApiSettings) -> uvicorn.Config:
    """How uvicorn serves the application. No access log: it costs as much as a small request."""
    metrics = RequestMetrics()
    app = measured(create_app(settings, metrics), metrics)
    proxies = Proxies.named(settings.trusted_proxies)
    connections = Connections(
        allowed_by_files(settings.connections),
        settings.connections_per_address,
        exempt=proxies.trusts,
        lost=metrics.connection_lost,
    )
    metrics.watch_connections(lambda: connections.count)
    return uvicorn.Config(
        cast("ASGIApplication", behind(proxies, app) if proxies else app),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=protocol(connections, metrics.connection_lost),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,  # what it has to say goes to stderr as it is
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # `client_address` reads them: uvicorn's `*` believes what the caller wrote
        timeout_keep_alive=_KEEP_ALIVE,  # longer than clients' pools keep idle connections
        timeout_graceful_shutdown=_END_WITHIN,
    )


def main() -> None:
    """Serve until SIGTERM or SIGINT; exits with 1 and a sentence when something is set wrongly."""
    try:
        settings = ApiSettings()
    except ValidationError as error:
        sys.exit(in_words(error))
    for secret in ("WAGATE_ADMIN_KEY", "WAGATE_METRICS_TOKEN", "WAGATE_SECRETS_KEY"):
        os.environ.pop(secret, None)
    configure_logging("api", level=settings.log_level)
    serving = Server(server(settings))
    logging.getLogger("uvicorn.error").addFilter(starting.in_words)
    serving.run()
