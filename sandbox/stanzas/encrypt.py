"""Pre-keys: how many are left, uploads, and what others need to write to a device."""

from __future__ import annotations

import secrets
import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas.errors import StanzaError
from sandbox.state.accounts import Device
from sandbox.state.prekeys import Bundle, PreKey
from sandbox.wire.nodes import SERVER, Jid, Node

_KEY_TYPE: Final = b"\x05"  # Curve25519
_LOW: Final = (4, 0)  # one-time keys left at which a device is told; clients upload below 5


def get(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer `count`, `key` (bundles of others) or `digest` (what the server holds of the device's own)."""
    for query in iq.children:
        if query.tag == "count":
            return [Node("count", {"value": str(_count(network, connection.device))})]
        if query.tag == "key":
            users = [_user(network, user.jid("jid")) for user in query.children]
            return [Node("list", {}, users)]
        if query.tag == "digest":
            return [_digest(connection.device)]
    raise StanzaError(400, "bad-request")


def asks_for_keys(iq: Node) -> bool:
    """Tell whether a query asks for what is needed to write to somebody's device."""
    return iq.attrs.get("xmlns") == "encrypt" and iq.child("key") is not None


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Take an upload of one-time keys, with the device's current signed one."""
    device = connection.device
    if iq.child("list") is None:
        raise StanzaError(400, "bad-request")
    device.registration = iq.bytes("registration", 4)
    if iq.bytes("identity", 32) != device.identity:
        raise StanzaError(406, "not-acceptable")
    device.signed = _pre_key(iq.need("skey"))
    network.directory.upload(device, [_pre_key(key) for key in iq.need("list").children])
    return []


def rotate(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Take a new signed pre-key."""
    connection.device.signed = _pre_key(iq.need("rotate").need("skey"))
    network.directory.upload(connection.device, [])
    return []


def _count(network: Network, device: Device) -> int:
    if not device.has_uploaded:
        return network.settings.pre_keys_claimed
    return len(device.one_time)


def _user(network: Network, jid: Jid) -> Node:
    account = network.directory.resolve(jid)
    bundle = network.directory.take_bundle(account, jid.device) if account else None
    if account is None or bundle is None:
        error = Node("error", {"code": "404", "text": "item-not-found"})
        return Node("user", {"jid": jid}, [error])
    device = account.devices.get(jid.device)
    if device and device.has_uploaded and len(device.one_time) in _LOW:
        _warn(network, device)
    return Node("user", {"jid": jid, "t": str(int(time.time()))}, _bundle(bundle))


def _bundle(bundle: Bundle) -> list[Node]:
    content = [
        Node("registration", {}, bundle.registration),
        Node("type", {}, _KEY_TYPE),
        Node("identity", {}, bundle.identity),
    ]
    if bundle.one_time:
        content.append(_key_node("key", bundle.one_time))
    return [*content, _key_node("skey", bundle.signed)]


def _key_node(tag: str, key: PreKey) -> Node:
    content = [Node("id", {}, key.id), Node("value", {}, key.public)]
    if key.signature:
        content.append(Node("signature", {}, key.signature))
    return Node(tag, {}, content)


def _pre_key(node: Node) -> PreKey:
    signature = node.bytes("signature", 64) if node.tag == "skey" else b""
    return PreKey(node.bytes("id", 3), node.bytes("value", 32), signature)


def _digest(device: Device) -> Node:
    if not device.has_uploaded:
        raise StanzaError(404, "item-not-found")
    ids = [Node("id", {}, key.id) for key in device.one_time]
    content = [
        Node("registration", {}, device.registration),
        Node("type", {}, _KEY_TYPE),
        Node("identity", {}, device.identity),
        _key_node("skey", device.signed),
        Node("list", {}, ids),
    ]
    return Node("digest", {}, content)


def _warn(network: Network, device: Device) -> None:
    now = str(int(time.time()))
    attrs: dict[str, str | Jid] = {"from": SERVER, "type": "encrypt", "id": secrets.token_hex(8), "t": now}
    count = Node("count", {"value": str(len(device.one_time))})
    network.delivery.send((device.number, device.id), Node("notification", attrs, [count]))
