"""Routes of what the server saw: frames, deliveries, connections."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final, TypeVar

from aiohttp import web

from sandbox.connections.network import Network
from sandbox.control.addressees import parse_addressee
from sandbox.control.errors import ControlError, number_parameter
from sandbox.observed.journal import DeliveryRecord, Frame, Interval, Log, matching

_DEFAULT_LIMIT: Final = 100_000
_Entry = TypeVar("_Entry", Frame, DeliveryRecord)


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of what the server saw."""
    table = web.RouteTableDef()
    journal = network.journal

    @table.get("/frames")
    async def frames(request: web.Request) -> web.Response:
        return _page(request, journal.frames, "frames", _frame)

    @table.get("/deliveries")
    async def deliveries(request: web.Request) -> web.Response:
        return _page(request, journal.deliveries, "deliveries", _delivery)

    @table.get("/connections")
    async def connections(request: web.Request) -> web.Response:
        number = request.query.get("number")
        wanted = [item for item in journal.intervals if number in (None, item.number)]
        return web.json_response({"connections": [_interval(item) for item in wanted]})

    return table


def _page(request: web.Request, log: Log[_Entry], name: str, describe: Any) -> web.Response:  # noqa: ANN401 - one function per kind of entry
    query = request.query
    since, after = number_parameter(request, "since", 0.0), int(number_parameter(request, "after", 0))
    limit = int(number_parameter(request, "limit", _DEFAULT_LIMIT))
    if limit < 0 or after < 0:
        raise ControlError(400, "limit and after cannot be negative")
    entries = log.by_id(query["id"]) if "id" in query else log.after(after)
    found = matching(entries, _number(query.get("from")), _number(query.get("to")), since)
    if "errors" in query:
        found = (entry for entry in found if isinstance(entry, Frame) and entry.errors)
    if "count" in query:
        return web.json_response({"count": sum(1 for _ in found)})
    page = list(islice(found, limit))
    next_ = page[-1].sequence if page else max(after, 0)
    return web.json_response({name: [describe(entry) for entry in page], "next": next_})


def _number(text: str | None) -> str | None:
    return parse_addressee(text) if text else None


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        "sequence": frame.sequence,
        "id": frame.id,
        "from": frame.sender,
        "device": frame.device,
        "to": frame.to,
        "time": frame.time,
        "monotonic": frame.monotonic,
        "duplicate": frame.duplicate,
        "retry": frame.retry,
        "acked": frame.acked,
        "delivered": frame.delivered,
        "type": frame.type,
        "edit": frame.edit,
        "mediatype": frame.media_type,
        "tags": list(frame.tags),
        "errors": list(frame.errors),
    }


def _delivery(delivery: DeliveryRecord) -> dict[str, Any]:
    return {
        "sequence": delivery.sequence,
        "id": delivery.id,
        "from": delivery.sender,
        "to": delivery.to,
        "device": delivery.device,
        "queued": delivery.queued,
        "attempts": delivery.attempts,
        "delivered": delivery.delivered,
        "acked": delivery.acked,
    }


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "number": interval.number,
        "device": interval.device,
        "from": interval.begin,
        "to": interval.end,
        "fromMonotonic": interval.begin_monotonic,
        "toMonotonic": interval.end_monotonic,
        "lastFrame": interval.last_frame,
        "reason": interval.reason,
    }
