"""The control API, put together from the routes of each family."""

from __future__ import annotations

import time
from typing import Final

from aiohttp import web

from sandbox.connections.network import Network
from sandbox.control import (
    aliases,
    calls,
    contact_actions,
    contacts,
    faults,
    groups,
    history,
    journal,
    media,
    newsletters,
    people,
    phone_acts,
    phone_settings,
    phones,
    pictures,
    sinks,
    unavailable,
    unknown,
)
from sandbox.control.contacts_port import Contacts
from sandbox.control.errors import errors_as_json
from sandbox.control.programs_only import programs_only

_MAX_BODY: Final = 16 << 20  # a QR picture in base64 is a few kB, a hundred thousand numbers 1.5 MB


def control_application(network: Network, with_clients: Contacts) -> web.Application:
    """Return the HTTP application of the control API."""
    started = time.monotonic()

    async def health(_request: web.Request) -> web.Response:
        numbers = {"connections": len(network.online.everyone()), "faults": len(network.faults.all())}
        return web.json_response({"status": "ok", "uptime": time.monotonic() - started, **numbers})

    application = web.Application(middlewares=[errors_as_json, programs_only], client_max_size=_MAX_BODY)
    application.router.add_get("/health", health)
    application.add_routes(phones.routes(network))
    application.add_routes(people.routes(network))
    application.add_routes(phone_settings.routes(network))
    application.add_routes(phone_acts.routes(network))
    application.add_routes(history.routes(network))
    application.add_routes(pictures.routes(network))
    application.add_routes(contacts.routes(network, with_clients))
    application.add_routes(contact_actions.routes(network, with_clients))
    application.add_routes(sinks.routes(network))
    application.add_routes(aliases.routes(network))
    application.add_routes(faults.routes(network))
    application.add_routes(journal.routes(network))
    application.add_routes(media.routes(network))
    application.add_routes(newsletters.routes(network))
    application.add_routes(calls.routes(network))
    application.add_routes(unavailable.routes(network))
    application.add_routes(unknown.routes(network))
    application.add_routes(groups.routes(network))
    return application
