"""Settings of an account, all at their defaults: what clients ask for once after login."""

from __future__ import annotations

from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.wire.nodes import Node

_DEFAULTS: Final = {
    "readreceipts": "all",
    "profile": "contacts",
    "status": "contacts",
    "online": "all",
    "last": "contacts",
    "groupadd": "all",
    "calladd": "all",
}


def get(_network: Network, _connection: Connection, _iq: Node) -> list[Node]:
    """Answer who may see what; clients send read receipts only when `readreceipts` says so."""
    categories = [Node("category", {"name": name, "value": value}) for name, value in _DEFAULTS.items()]
    return [Node("privacy", {}, categories)]


def blocklist(_network: Network, _connection: Connection, _iq: Node) -> list[Node]:
    """Answer that nobody is blocked."""
    return [Node("list", {"dhash": "0"}, [])]


def app_state(_network: Network, _connection: Connection, iq: Node) -> list[Node]:
    """Answer that no collection of settings has changed since the version the client has."""
    collections = [
        Node("collection", {"name": item.text("name"), "version": item.attrs.get("version", "0")})
        for item in iq.need("sync").children
    ]
    return [Node("sync", {}, collections)]


def properties(_network: Network, _connection: Connection, _iq: Node) -> list[Node]:
    """Answer that there are no experiments."""
    return [Node("props", {"hash": "0", "refresh": "86400"}, [])]
