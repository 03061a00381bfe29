"""Who is online, and who is typing: passed on at once or not at all."""

from __future__ import annotations

import time

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node


def presence(network: Network, connection: Connection, stanza: Node) -> None:
    """Take a device's own presence (with the account's name), or its wish to follow another's."""
    kind = stanza.attrs.get("type", "available")
    account = connection.account
    if kind == "subscribe":
        followed = network.directory.resolve(stanza.jid("to"))
        if followed:
            network.followers.setdefault(followed.number, set()).add(connection.address)
            _tell(network, followed, connection.address)
        return
    if isinstance(name := stanza.attrs.get("name", ""), str) and name:
        network.directory.rename(account, name)
    if kind == "available":
        network.available.add(connection.address)
    else:
        network.available.discard(connection.address)
    for follower in network.followers.get(account.number, ()):
        _tell(network, account, follower)


def left(network: Network, connection: Connection) -> None:
    """Take the end of a device's connection as its leaving, unless it is back already."""
    address = connection.address
    if network.online.find(*address) is None and address in network.available:
        network.available.discard(address)
        for follower in network.followers.get(connection.account.number, ()):
            _tell(network, connection.account, follower)


def chatstate(network: Network, connection: Connection, stanza: Node) -> None:
    """Pass on that someone types or stopped typing."""
    account = network.directory.resolve(stanza.jid("to"))
    if account is None:
        return
    forward = Node("chatstate", {"from": connection.account.lid_jid()}, stanza.content)
    for device in account.devices:
        if (account.number, device) != connection.address:
            network.delivery.send_if_there((account.number, device), forward)


def _tell(network: Network, account: Account, follower: tuple[str, int]) -> None:
    attrs: dict[str, str | Jid] = {"from": account.lid_jid()}
    if not any((account.number, device) in network.available for device in account.devices):
        attrs.update({"type": "unavailable", "last": str(int(time.time()))})
    network.delivery.send_if_there(follower, Node("presence", attrs))
