"""The people's side: a phone that scans a QR code, types a code, or unlinks a device."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.pairing.device_identity import Companion, Tampering, signed_identity
from sandbox.pairing.link_code import CodeError, PrimaryExchange
from sandbox.phones.device_changes import announce_devices
from sandbox.state.accounts import Account, Device
from sandbox.state.prekeys import PreKey
from sandbox.wire.nodes import SERVER, Jid, Node
from sandbox.wire.protobufs import companion_reg

_KEY_SIZE: Final = 32
_QR_PARTS: Final = (4, 5)  # Baileys leaves the client type out


class PairingError(Exception):
    """Pairing did not come about; `status` is the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def scan(network: Network, account: Account, text: str, tampering: Tampering = "") -> Device:
    """Link the client that shows this QR text to the phone, return the device it became.

    Raises:
        PairingError: The text is no such code, nobody shows it (any more), or the client refused.
    """
    reference, companion = _parse_qr(text)
    connection = network.pairings.take(reference)
    if connection is None:
        raise PairingError(410, "nobody shows this QR code any more")
    return await _pair(network, account, connection, companion, tampering)


async def type_code(network: Network, account: Account, code: str) -> Device:
    """Link the client that shows this code for the phone's number, return the device it became.

    Raises:
        PairingError: Nobody shows a code for this number, or another one, or the client refused.
    """
    request = network.pairings.requested(account.number)
    if request is None:
        raise PairingError(404, f"no client waits for a code for {account.number}")
    code = code.replace("-", "").strip().upper()
    try:
        request.exchange = await asyncio.to_thread(PrimaryExchange, code, request.wrapped_key)
        request.bundle = asyncio.get_running_loop().create_future()
        request.connection.post(_primary_hello(account, request.reference, request.exchange.wrapped_key))
        async with asyncio.timeout(network.settings.answer_deadline):
            bundle = await request.bundle
        identity, adv_secret = request.exchange.finish(bundle, account.identity)
    except CodeError as error:
        raise PairingError(400, str(error)) from error
    except (TimeoutError, ConnectionError) as error:
        raise PairingError(504, f"the client did not go on: {error or 'no answer'}") from error
    return await _pair(network, account, request.connection, Companion(request.noise_key, identity, adv_secret))


def unlink(network: Network, account: Account, device: int, *, by_phone: bool = True) -> None:
    """Remove a device. If the phone did it and the device is connected, it is told; not if it logged out itself."""
    connection = network.online.find(account.number, device)
    network.directory.unlink(account, device)
    network.delivery.forget((account.number, device))
    network.sessions.forget(account, account.lid_jid(device))
    if connection is not None:
        if by_phone:
            conflict = Node("conflict", {"type": "device_removed"})
            connection.post(Node("stream:error", {"code": "401"}, [conflict]))
        connection.close("unlinked" if by_phone else "logged out", network.settings.close_after_control)
    announce_devices(network, account)


async def _pair(
    network: Network,
    account: Account,
    connection: Connection,
    companion: Companion,
    tampering: Tampering = "",
) -> Device:
    number = network.directory.reserve_device(account)
    device = _registered(account, number, companion, connection)
    try:
        answer = await connection.ask(_pair_success(account, device, companion, tampering))
    except (TimeoutError, ConnectionError) as error:
        raise PairingError(504, f"the client did not answer: {error or 'too late'}") from error
    if answer.text("type") == "error":
        raise PairingError(409, f"the client refused: {answer.need('error').attrs.get('text', '')}")
    network.directory.link(account, device)
    network.pairings.leave(connection)
    connection.post(Node("stream:error", {"code": "515"}))
    connection.close("paired", network.settings.close_after_pairing)
    announce_devices(network, account)
    return device


def _registered(account: Account, number: int, companion: Companion, connection: Connection) -> Device:
    data = connection.hello.payload.devicePairingData
    signed = PreKey(data.eSkeyID, data.eSkeyVal, data.eSkeySig)
    name = companion_reg.DeviceProps.FromString(data.deviceProps).os
    return Device(account.number, number, companion.noise_key, companion.identity, data.eRegid, signed, name=name)


def _pair_success(account: Account, device: Device, companion: Companion, tampering: Tampering) -> Node:
    jids = {"jid": account.pn_jid(device.id), "lid": account.lid_jid(device.id)}
    success: list[Node] = [
        Node("device-identity", {}, signed_identity(account, companion, device.id, tampering)),
        Node("device", dict(jids)),
        Node("platform", {"name": "android"}),
    ]
    attrs: dict[str, str | Jid] = {"type": "set", "xmlns": "md", "t": str(int(time.time()))}
    return Node("iq", attrs, [Node("pair-success", {}, success)])


def _primary_hello(account: Account, reference: bytes, wrapped_key: bytes) -> Node:
    now = str(int(time.time()))
    content = [
        Node("link_code_pairing_ref", {}, reference),
        Node("link_code_pairing_wrapped_primary_ephemeral_pub", {}, wrapped_key),
        Node("primary_identity_pub", {}, account.identity.public),
    ]
    hello = Node("link_code_companion_reg", {"stage": "primary_hello"}, content)
    return Node("notification", {"from": SERVER, "type": hello.tag, "id": f"code-{now}", "t": now}, [hello])


def _parse_qr(text: str) -> tuple[str, Companion]:
    parts = text.strip().rsplit("#", 1)[-1].split(",")
    if len(parts) not in _QR_PARTS:
        raise PairingError(400, "this is no WhatsApp linking code")
    try:
        keys = [base64.b64decode(part, validate=True) for part in parts[1:4]]
    except (binascii.Error, ValueError) as error:
        raise PairingError(400, "the keys in this linking code are not base64") from error
    if any(len(key) != _KEY_SIZE for key in keys):
        raise PairingError(400, "the keys in this linking code are not 32 bytes long")
    return parts[0], Companion(*keys)
