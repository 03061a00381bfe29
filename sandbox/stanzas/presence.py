"""Who is online, and who is typing: passed on at once or not at all."""

from __future__ import annotations

import time

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas import group_chatstate
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
    _changed(network, account)


def left(network: Network, connection: Connection) -> None:
    """Take the end of a device's connection as its leaving, unless it is back; whom it followed is forgotten."""
    address = connection.address
    if network.online.find(*address) is not None:
        return
    for followers in network.followers.values():
        followers.discard(address)
    if address in network.available:
        network.available.discard(address)
        _changed(network, connection.account)


def chatstate(network: Network, connection: Connection, stanza: Node) -> None:
    """Pass on that someone types or stopped typing, unless whom they write to has blocked them."""
    group = network.groups.find(stanza.jid("to"))
    if group is not None:
        group_chatstate.pass_on(network, connection, stanza, group)
        return
    sender = connection.account
    account = network.directory.resolve(stanza.jid("to"))
    if account is None or network.people.blocks(account.number, sender.number):
        return
    attrs: dict[str, str | Jid] = {"from": sender.lid_jid(), "sender_pn": sender.pn_jid()}
    tell_typing(network, account, Node("chatstate", attrs, stanza.content), but=connection.address)


def tell_typing(network: Network, account: Account, chatstate: Node, *, but: tuple[str, int]) -> None:
    """Show somebody who is typing on those of their devices that are in use, `but` one."""
    for device in account.devices:
        address = (account.number, device)
        if address != but and address in network.available:
            network.delivery.send_if_there(address, chatstate)


def _changed(network: Network, account: Account) -> None:
    if not _is_available(network, account):
        network.last_seen[account.number] = int(time.time())
    for follower in network.followers.get(account.number, ()):
        _tell(network, account, follower)


def _is_available(network: Network, account: Account) -> bool:
    return any((account.number, device) in network.available for device in account.devices)


def _tell(network: Network, account: Account, follower: tuple[str, int]) -> None:
    if follower in network.available:  # "the servers require you to be online", as whatsmeow's source says
        network.delivery.send_if_there(follower, Node("presence", _shown(network, account, follower[0])))


def _shown(network: Network, account: Account, viewer: str) -> dict[str, str | Jid]:
    """Return what somebody may know of another: who hides when they were last there, is not told it of others."""
    people = network.people
    attrs: dict[str, str | Jid] = {"from": account.lid_jid()}
    if _is_available(network, account) and people.may(account.number, "online", viewer):
        return attrs
    is_shared = people.may(account.number, "last", viewer) and people.of(viewer).setting("last") != "none"
    last = network.last_seen.get(account.number)
    attrs["type"] = "unavailable"
    if not is_shared:
        attrs["last"] = "deny"
    elif last is not None:
        attrs["last"] = str(last)
    return attrs
