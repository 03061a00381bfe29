"""Routes of faults: set one, list them, clear them."""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, body
from sandbox.observed.faults import Fault, Kind, Target
from sandbox.phones.endings import strike_online
from sandbox.phones.odd_stanzas import ODD
from sandbox.state.accounts import parse_number

_DEAD: Final = ("stop_answering", "drop_inbound")
_STRIKING: Final = ("close", "replace", "unlink", "stream_error", "ban", "odd_stanza", *_DEAD)
_ONCE: Final = ("close", "replace", "unlink", "stream_error", "corrupt", "qr_close", "odd_stanza", *_DEAD)
_EVERYONE_ONLY: Final = ("unreachable", "qr_close")
_MEDIA: Final = ("upload", "download")
_MODES: Final = {
    "close": ("", "abort"),
    "unreachable": ("", "refuse", "hang"),
    "odd_stanza": tuple(ODD),
    "upload": ("refuse", "hang", "cut"),
    "download": ("refuse", "hang", "slow", "cut", "short", "corrupt", "endless"),
}
_CODES: Final = {
    "ban": 101, "stream_error": 503, "reject_messages": 500, "refuse_lookups": 429,
    "media_conn": 500, "upload": 500, "download": 500,
}  # fmt: skip
_REFUSALS: Final = (400, 401, 403, 405, 406, 409, 413, 414, 415, 418, 500, 501, 503)


class NewFault(BaseModel):
    """A fault as docs/sandbox.md describes it. Neither `count` nor `until_cleared`: the kind's own habit."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind
    target: str = "all"
    count: int | None = Field(None, ge=1)
    until_cleared: bool = False
    code: int | None = None
    expire: int = Field(3600, ge=0)
    milliseconds: int = Field(0, ge=0, le=600_000)
    deliver: bool = False
    mode: str = ""
    retry_after: int = Field(0, ge=0, le=3600)

    @model_validator(mode="after")
    def _fits(self) -> NewFault:
        if self.count is not None and self.until_cleared:
            raise ValueError("give either count or until_cleared")
        if self.kind == "refuse" and self.code not in _REFUSALS:
            raise ValueError(f"refuse needs a code out of {', '.join(map(str, _REFUSALS))}")
        if "slow" in (self.kind, self.mode) and not self.milliseconds:
            raise ValueError("slow needs milliseconds")
        modes = _MODES.get(self.kind, ("",))
        if self.mode not in modes:
            words = ", ".join(filter(None, modes))
            raise ValueError(f"{self.kind} needs a mode out of {words}" if words else f"{self.kind} has no modes")
        if self.code is not None and self.kind in _MEDIA and not 400 <= self.code <= 599:  # noqa: PLR2004 - HTTP
            raise ValueError(f"{self.kind} needs a code out of 400 to 599")
        if self.kind in _EVERYONE_ONLY and self.target != "all":
            raise ValueError(f"{self.kind} strikes before it is known who connects: its target is all")
        return self

    @property
    def remaining(self) -> int | None:
        """How often it strikes; None: until cleared."""
        if self.count is not None or self.until_cleared:
            return self.count
        return 1 if self.kind in _ONCE else None

    def fault(self) -> Fault:
        """Return the fault."""
        code = _CODES.get(self.kind, 0) if self.code is None else self.code
        return Fault(
            self.kind, parse_target(self.target), self.remaining, code,
            self.expire, self.milliseconds, self.deliver, self.mode, self.retry_after,
        )  # fmt: skip


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of faults."""
    table = web.RouteTableDef()

    @table.post("/faults")
    async def add(request: web.Request) -> web.Response:
        wanted = await body(request, NewFault)
        fault = wanted.fault()
        is_one_time = wanted.kind in _STRIKING and fault.remaining is not None and wanted.count is None
        if is_one_time:
            fault.remaining = None  # it strikes all who are there now, once, and is over
        network.faults.add(fault)
        hit = strike_online(network, fault) if wanted.kind in _STRIKING else []
        if is_one_time:
            network.faults.remove(fault.id)
        return web.json_response({**_described(fault), "hit": hit}, status=201)

    @table.get("/faults")
    async def all_(_request: web.Request) -> web.Response:
        return web.json_response({"faults": [_described(fault) for fault in network.faults.all()]})

    @table.delete("/faults")
    async def clear(_request: web.Request) -> web.Response:
        return web.json_response({"cleared": network.faults.clear()})

    @table.delete("/faults/{id}")
    async def remove(request: web.Request) -> web.Response:
        text = request.match_info["id"]
        if not text.isdecimal() or not network.faults.remove(int(text)):
            raise ControlError(404, f"there is no fault {text}")
        return web.json_response({"cleared": 1})

    return table


def parse_target(text: str) -> Target:
    """Return whom `all`, `number` or `number:device` means.

    Raises:
        NumberError: The number is none.
        ControlError: The device is none (400).
    """
    if text == "all":
        return Target()
    number, colon, device = text.partition(":")
    if colon and not device.isdecimal():
        raise ControlError(400, f"{device!r} is no device")
    return Target(parse_number(number), int(device) if colon else None)


def _described(fault: Fault) -> dict[str, Any]:
    return {
        "id": fault.id,
        "kind": fault.kind,
        "target": str(fault.target),
        "remaining": fault.remaining,
        "struck": fault.struck,
        "code": fault.code,
        "expire": fault.expire,
        "milliseconds": fault.milliseconds,
        "deliver": fault.deliver,
        "mode": fault.mode,
        "retry_after": fault.retry_after,
    }
