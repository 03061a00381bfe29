"""Profile pictures: what a number shows of itself, to whoever may see it."""

from __future__ import annotations

from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Node

_HOST: Final = "https://pps.whatsapp.net"


def get(network: Network, _connection: Connection, iq: Node) -> list[Node]:
    """Answer where the picture of `target` is; nothing when it is the one that the client has already.

    Raises:
        StanzaError: 404 when there is none, 401 when it is hidden.
    """
    asked = iq.need("picture")
    account = network.directory.resolve(iq.jid("target"))
    picture = account.picture if account else None
    if picture is None:
        raise StanzaError(404, "item-not-found")
    if picture.is_hidden:
        raise StanzaError(401, "not-authorized")
    if asked.attrs.get("id") == picture.id:
        return []
    kind = str(asked.attrs.get("type", "image"))
    path = f"/v/t61.24694-24/{picture.id}_{kind}.jpg"
    return [Node("picture", {"id": picture.id, "type": kind, "url": f"{_HOST}{path}", "direct_path": path})]
