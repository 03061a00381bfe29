"""The HTTP side of profile pictures: whoever was told the address of one gets it."""

from __future__ import annotations

from aiohttp import web

from sandbox.connections.network import Network
from sandbox.people.pictures import FOLDER


def add_picture_routes(application: web.Application, network: Network) -> None:
    """Serve the profile pictures of a network."""

    async def picture(request: web.Request) -> web.Response:
        found = network.pictures.at(request.path)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found.jpeg, content_type="image/jpeg")

    application.router.add_get(FOLDER + "{name}", picture)
