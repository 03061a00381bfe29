"""Routes of calls: somebody calls, hangs up, is called and answers on the phone; what became of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.control.phones import phone_of
from sandbox.phones import calls
from sandbox.state.accounts import parse_number

_PHONE: Final = 0


class NewCall(BaseModel):
    """Whom to call. `group`: the address of the group whose call it is."""

    model_config = ConfigDict(extra="forbid")
    to: Annotated[str, AfterValidator(parse_number)]
    video: bool = False
    group: str = ""


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of calls; a contact is a person with a phone too."""
    table = web.RouteTableDef()

    @table.post("/{kind:phones|contacts}/{number}/calls")
    async def ring(request: web.Request) -> web.Response:
        caller = phone_of(request, network)
        wanted = await body(request, NewCall)
        called = network.directory.find(wanted.to)
        if called is None:
            raise ControlError(404, f"nobody here has the number {wanted.to}")
        made = calls.ring(network, caller, called, video=wanted.video, group=wanted.group)
        return web.json_response(asdict(made), status=201)

    @table.post("/{kind:phones|contacts}/{number}/calls/{id}/end")
    async def end(request: web.Request) -> web.Response:
        caller = phone_of(request, network)
        call = network.calls.by_id.get(request.match_info["id"])
        if call is None or call.caller != caller.number:
            raise ControlError(404, f"{caller.number} made no such call")
        calls.end(network, call)
        return web.json_response(asdict(call))

    @table.post("/{kind:phones|contacts}/{number}/calls/{id}/{answer:accept|reject}")
    async def answer(request: web.Request) -> web.Response:
        called = phone_of(request, network)
        call = network.calls.by_id.get(request.match_info["id"])
        if call is None or call.called != called.number:
            raise ControlError(404, f"nobody called {called.number} so")
        act = calls.accept if request.match_info["answer"] == "accept" else calls.reject
        act(network, call, (called.number, _PHONE))
        return web.json_response(asdict(call))

    @table.get("/{kind:phones|contacts}/{number}/calls")
    async def made(request: web.Request) -> web.Response:
        number = phone_of(request, network).number
        shown = [asdict(call) for call in network.calls.by_id.values() if number in {call.caller, call.called}]
        return web.json_response({"calls": shown})

    return table
