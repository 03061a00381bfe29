"""Status posts: they reach the devices that their author's client lists, and nobody else.

Whom a post is for is up to the author's client: it asks for the list (`<privacy>`) and knows its own contacts. The
post itself is encrypted once, as in a group. Facts: what neonize 0.5.2 and Baileys 7.0.0-rc14 send and take.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas.message_parts import arrive_at_sink, common_attributes, content_for, hand_over, listed
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import STATUS

_NO_SUCH_LIST: Final = 405


def refusal_of(_network: Network, _connection: Connection, message: Node) -> int:
    """Return the code with which a broadcast is refused, 0 when it is a status post: there are no other lists."""
    return 0 if message.jid("to") == STATUS else _NO_SUCH_LIST


def errors_of(network: Network, connection: Connection, message: Node) -> tuple[str, ...]:
    """Return what is wrong with a status post, in words."""
    return tuple(_errors(network, connection, message))


def pass_on(network: Network, connection: Connection, message: Node) -> None:
    """Have a post reach the listed devices, but for those of people whom its author blocks, or who do."""
    shared = [child for child in message.children if child.tag == "enc"]
    for account, device, own in _receivers(network, connection, message):
        if network.people.apart(account.number, connection.account.number):
            continue
        network.people.meet(account.number, connection.account.number)
        if account.sink:
            source: dict[str, str | Jid] = {"from": STATUS, "participant": account.lid_jid()}
            arrive_at_sink(network, connection, message, account, source)
        else:
            attrs = _attributes(connection, message, account)
            node = Node("message", attrs, content_for(message, [*own, *shared]))
            hand_over(network, connection, (account.number, device), node)


def _receivers(network: Network, connection: Connection, message: Node) -> Iterator[tuple[Account, int, list[Node]]]:
    asker = message.attrs.get("participant")
    meant = [(asker, list[Node]())] if isinstance(asker, Jid) else listed(message)
    reached = {connection.address}
    for jid, own in meant:
        account = network.directory.resolve(jid)
        if account is None or jid.device not in account.device_ids() or (account.number, jid.device) in reached:
            continue
        reached.add((account.number, jid.device))
        yield account, jid.device, own


def _attributes(connection: Connection, message: Node, to: Account) -> dict[str, str | Jid]:
    """Return what a post says of itself: to its author's other devices by number, by which they know it for theirs."""
    author, device = connection.account, connection.device.id
    attrs = common_attributes(connection, message) | {"from": STATUS}
    if to is author:
        return attrs | {
            "addressing_mode": "pn",
            "participant": author.pn_jid(device),
            "participant_lid": author.lid_jid(device),
        }
    return attrs | {"participant": author.lid_jid(device), "participant_pn": author.pn_jid()}


def _errors(network: Network, connection: Connection, message: Node) -> Iterator[str]:
    kinds = [enc.attrs.get("type") for enc in message.children if enc.tag == "enc"]
    if "participant" in message.attrs:
        if len(kinds) != 1 or kinds[0] not in ("pkmsg", "msg"):
            yield "a post that goes to one device again has not one <enc> of type pkmsg or msg"
        return
    if kinds != ["skmsg"]:
        yield "a status post has not one <enc type=skmsg>"
    jids = [jid for jid, _ in listed(message)]
    if len(set(jids)) < len(jids):
        yield "<participants> has a device twice"
    author = connection.account
    for jid in jids:
        account = network.directory.resolve(jid)
        if account is None:
            yield f"<participants> has {jid}, who is nobody"
        elif account is not author and network.people.hides_posts(author.number, account.number):
            yield f"<participants> has {jid}, whom its author does not let see status posts"
