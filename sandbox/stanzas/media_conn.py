"""Where files are uploaded to and downloaded from, and the right to do so."""

from __future__ import annotations

from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Node

HOSTS: Final = ("mmg.whatsapp.net", "media-box1-1.cdn.whatsapp.net")
"""Two, so that clients have somewhere to turn to. Both are this server, as every host behind the proxy is."""
_KINDS: Final = ("image", "video", "gif", "audio", "document", "sticker")


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Answer the hosts, with a new right to upload for this device."""
    if iq.child("media_conn") is None:
        raise StanzaError(400, "bad-request")
    if fault := network.faults.strike("media_conn", *connection.address):
        raise StanzaError(fault.code, "refused")
    settings = network.settings
    attrs = {
        "auth": network.permits.auth(connection.address, settings.media_auth),
        "ttl": str(settings.media_ttl),
        "auth_ttl": str(settings.media_auth),
        "max_buckets": "12",
    }
    hosts = [_host(name, "primary" if number == 0 else "fallback") for number, name in enumerate(HOSTS)]
    return [Node("media_conn", dict(attrs), hosts)]


def _host(name: str, kind: str) -> Node:
    download = Node("download", {}, [Node(kind_, {}) for kind_ in _KINDS])
    buckets = Node("download_buckets", {}, [Node("0", {})])
    return Node("host", {"hostname": name, "type": kind}, [Node("upload", {}), download, buckets])
