"""Routes of phones: make one, scan a QR code, type a code, unlink a device."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from sandbox.connections.network import Network
from sandbox.control.errors import ControlError, account_of, body
from sandbox.phones import own_settings, phones
from sandbox.state.accounts import Account, Device, parse_number


class NewPhone(BaseModel):
    """A phone to be made; `name` is what its messages show."""

    model_config = ConfigDict(extra="forbid")
    number: str
    name: str = ""


class Scan(BaseModel):
    """A QR code: its text, or its picture as a data URL or base64. `tamper` spoils what the phone answers."""

    model_config = ConfigDict(extra="forbid")
    qr: str
    tamper: Literal["", "hmac", "signature"] = ""


class Code(BaseModel):
    """A pairing code as shown, with or without the dash."""

    model_config = ConfigDict(extra="forbid")
    code: str


def routes(network: Network) -> web.RouteTableDef:
    """Return the routes of phones."""
    table = web.RouteTableDef()

    @table.post("/phones")
    async def add(request: web.Request) -> web.Response:
        wanted = await body(request, NewPhone)
        number = parse_number(wanted.number)
        account = network.directory.find(number)
        if account is not None and account.sink:
            raise ControlError(409, f"{number} is a sink")
        status = 200 if account else 201
        account = account or network.directory.add(number)
        if wanted.name and wanted.name != account.name:
            own_settings.rename(network, account, wanted.name)
        return web.json_response(described(network, account), status=status)

    @table.get("/phones")
    async def everyone(_request: web.Request) -> web.Response:
        phones_ = [described(network, account) for account in network.directory if not account.sink]
        return web.json_response({"phones": phones_})

    @table.get("/phones/{number}")
    async def one(request: web.Request) -> web.Response:
        return web.json_response(described(network, phone_of(request, network)))

    @table.post("/phones/{number}/scan")
    async def scan(request: web.Request) -> web.Response:
        wanted = await body(request, Scan)
        text = await asyncio.to_thread(_text_of, wanted.qr)
        number = parse_number(request.match_info["number"])
        account = phone_of(request, network) if network.directory.find(number) else network.directory.add(number)
        device = await phones.scan(network, account, text, wanted.tamper)
        return web.json_response(_paired(account, device), status=201)

    @table.post("/phones/{number}/code")
    async def code(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        wanted = await body(request, Code)
        device = await phones.type_code(network, account, wanted.code)
        return web.json_response(_paired(account, device), status=201)

    @table.delete("/phones/{number}/devices/{device}")
    async def unlink(request: web.Request) -> web.Response:
        account = phone_of(request, network)
        phones.unlink(network, account, device_of(request, account))
        return web.json_response(described(network, account))

    return table


def described(network: Network, account: Account) -> dict[str, Any]:
    """Return a phone and its devices as JSON."""
    devices = [
        {
            "device": device.id,
            "jid": str(account.pn_jid(device.id)),
            "online": network.online.find(account.number, device.id) is not None,
            "name": device.name,
            "preKeys": len(device.one_time),
            "waiting": network.delivery.waiting((account.number, device.id)),
        }
        for device in account.devices.values()
    ]
    return {"number": account.number, "lid": account.lid, "name": account.name, "devices": devices}


def _paired(account: Account, device: Device) -> dict[str, Any]:
    return {
        "number": account.number,
        "device": device.id,
        "jid": str(account.pn_jid(device.id)),
        "lid": str(account.lid_jid(device.id)),
    }


def device_of(request: web.Request, account: Account) -> int:
    """Return the device in the path.

    Raises:
        ControlError: The phone has no such device (404).
    """
    device = request.match_info["device"]
    if not device.isdecimal() or int(device) not in account.devices:
        raise ControlError(404, f"{account.number} has no device {device}")
    return int(device)


def phone_of(request: web.Request, network: Network) -> Account:
    """Return the phone that a path names; raises ControlError when it is a sink, or nobody's."""
    account = account_of(request, network)
    if account.sink:
        raise ControlError(409, f"{account.number} is a sink, not a phone")
    return account


def _text_of(qr: str) -> str:
    from sandbox.pairing.camera import UnreadableQr, read_qr  # noqa: PLC0415 - 40 ms of picture libraries, when first needed

    try:
        return read_qr(qr)
    except UnreadableQr as error:
        raise ControlError(400, str(error)) from error
