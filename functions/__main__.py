"""Runs the API: `python -m functions`."""

from __future__ import annotations

import os

import uvicorn

from functions.app import create_app
from functions.settings import ApiSettings
from shared.telemetry import configure_logging

_KEEP_ALIVE = 75
_END_WITHIN = 10


def server(settings: ApiSettings) -> uvicorn.Config:
    """How uvicorn serves the application. No access log: it costs as much as a small request."""
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=_KEEP_ALIVE,  # longer than clients' pools keep idle connections
        timeout_graceful_shutdown=_END_WITHIN,
    )


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = ApiSettings()
    os.environ.pop("WAGATE_ADMIN_KEY", None)
    configure_logging("api", level=settings.log_level)
    uvicorn.Server(server(settings)).run()


if __name__ == "__main__":
    main()
