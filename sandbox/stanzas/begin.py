"""The start of a connection: a device logs in, or a client is offered QR codes."""

from __future__ import annotations

import asyncio
import base64
import secrets
import time

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.observed.faults import Fault
from sandbox.phones.endings import fail, replaced
from sandbox.state.accounts import Account, Device
from sandbox.wire.nodes import SERVER, Jid, Node


def begin(network: Network, connection: Connection) -> None:
    """Go on where the handshake ended: pair or log in, as the client wants."""
    payload = connection.hello.payload
    if payload.HasField("devicePairingData"):
        _offer_codes(network, connection, 1)
        return
    number, device_id = str(payload.username), payload.device
    account = network.directory.find(number)
    device = account.devices.get(device_id) if account else None
    strike = network.faults.strike
    if fault := strike("ban", number, device_id) or strike("refuse", number, device_id):
        fail(network, connection, fault)
    elif account is None or device is None or device.noise_key != connection.hello.noise_key:
        fail(network, connection, Fault("refuse", code=401))
    else:
        _log_in(network, connection, account, device)


def _log_in(network: Network, connection: Connection, account: Account, device: Device) -> None:
    connection.login(account, device)
    previous = network.online.enter(connection)
    if previous is not None:
        network.delivery.deactivate(previous)
        replaced(network, previous)
    if connection.hello.payload.pushName:
        network.directory.rename(account, connection.hello.payload.pushName)
    now = str(int(time.time()))
    attrs: dict[str, str | Jid] = {
        "t": now,
        "creation": now,
        "props": "27",
        "abprops": "1",
        "location": "frc",
    }
    connection.post(Node("success", {"lid": account.lid_jid(device.id), **attrs}))


def _offer_codes(network: Network, connection: Connection, round_: int) -> None:
    settings = network.settings
    network.online.enter_unpaired(connection)
    references = [base64.b64encode(secrets.token_bytes(16)).decode() for _ in range(settings.qr_refs)]
    refs = [Node("ref", {}, reference.encode()) for reference in references]
    attrs: dict[str, str | Jid] = {"from": SERVER, "type": "set", "id": f"pair-{round_}", "xmlns": "md"}
    connection.post(Node("iq", attrs, [Node("pair-device", {}, list(refs))]))
    if network.faults.strike("qr_close"):
        connection.close("fault qr_close", settings.close_after_control)
        return
    network.pairings.offer(connection, references, settings.qr_lifetime)
    loop = asyncio.get_running_loop()
    timer = loop.call_later(settings.qr_lifetime, _end_round, network, connection, round_)
    network.pairings.next_round(connection, timer)


def _end_round(network: Network, connection: Connection, round_: int) -> None:
    if round_ < network.settings.qr_rounds:
        _offer_codes(network, connection, round_ + 1)
    else:
        connection.close("not paired in time")
