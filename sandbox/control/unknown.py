"""Route of the questions that clients asked in vain."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from sandbox.connections.network import Network


def routes(network: Network) -> web.RouteTableDef:
    """Return the route of unknown questions."""
    table = web.RouteTableDef()

    @table.get("/unknown")
    async def all_(_request: web.Request) -> web.Response:
        return web.json_response({"unknown": [asdict(sort) for sort in network.unknown.all()]})

    return table
