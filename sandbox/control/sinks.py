"""Routes of sinks: numbers that only count what arrives."""

from __future__ import annotations

from itertools import count
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, account_of, body
from sandbox.state.accounts import Account, parse_number

_FIRST_NUMBER = 99_900_000_001  # no country has the code 999


class NewSinks(BaseModel):
    """How many sinks, or which numbers. `receipts`: they answer every message with a delivery receipt."""

    model_config = ConfigDict(extra="forbid")
    count: int | None = Field(None, ge=1, le=100_000)
    numbers: list[str] | None = Field(None, min_length=1, max_length=100_000)
    receipts: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> NewSinks:
        if (self.count is None) == (self.numbers is None):
            raise ValueError("give either count or numbers")
        return self


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of sinks."""
    table = web.RouteTableDef()

    @table.post("/sinks")
    async def add(request: web.Request) -> web.Response:
        wanted = await body(request, NewSinks)
        if wanted.numbers is not None:
            numbers = [parse_number(number) for number in wanted.numbers]
            taken = sorted({number for number in numbers if network.directory.find(number)})
            if taken or len(set(numbers)) < len(numbers):
                raise ControlError(409, f"already a number here, or given twice: {', '.join(taken[:5])}")
        else:
            numbers = free_numbers(network, wanted.count or 0)
        for number in numbers:
            network.directory.add(number, sink=True, receipts=wanted.receipts)
        return web.json_response({"numbers": numbers}, status=201)

    @table.get("/sinks")
    async def totals(_request: web.Request) -> web.Response:
        sinks = [account.sink for account in network.directory if account.sink]
        return web.json_response({"sinks": len(sinks), "received": sum(sink.received for sink in sinks)})

    @table.get("/sinks/{number}")
    async def one(request: web.Request) -> web.Response:
        return web.json_response(_described(account_of(request, network)))

    return table


def _described(account: Account) -> dict[str, Any]:
    sink = account.sink
    if sink is None:
        raise ControlError(404, f"{account.number} is no sink")
    return {
        "number": account.number,
        "lid": account.lid,
        "received": sink.received,
        "lastArrival": sink.last_arrival,
        "receipts": sink.receipts,
    }


def free_numbers(network: Network, wanted: int) -> list[str]:
    """Return so many numbers that nobody has."""
    free = (str(number) for number in count(_FIRST_NUMBER) if network.directory.find(str(number)) is None)
    return [next(free) for _ in range(wanted)]
