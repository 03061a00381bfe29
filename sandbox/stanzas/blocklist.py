"""Block lists: read, and changed one person at a time."""

from __future__ import annotations

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.phones.profile_changes import block, list_hash
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Jid, Node


def get(network: Network, connection: Connection, _iq: Node) -> list[Node]:
    """Answer whom the account blocks."""
    return [_whole(network, connection)]


def set_(network: Network, connection: Connection, iq: Node) -> list[Node]:
    """Block or unblock somebody; answer the whole list, without which neonize 0.5.2 takes it as failed.

    Raises:
        StanzaError: 400 when it is neither, 404 when nobody has this address.
    """
    item = iq.need("item")
    action = item.text("action")
    other = network.directory.resolve(item.jid("jid"))
    if action not in ("block", "unblock"):
        raise StanzaError(400, "bad-request")
    if other is None or other is connection.account:
        raise StanzaError(404, "item-not-found")
    block(network, connection.account, other, off=action == "unblock")
    return [_whole(network, connection)]


def _whole(network: Network, connection: Connection) -> Node:
    blocked = [network.directory.find(number) for number in network.people.of(connection.account.number).blocked]
    attrs: dict[str, str | Jid] = {"dhash": list_hash(network, connection.account)}
    return Node("list", attrs, [Node("item", {"jid": account.lid_jid()}) for account in blocked if account])
