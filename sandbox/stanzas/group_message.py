"""Messages to a group: they reach every device of whoever is a member at this moment, and nobody else.

A sender encrypts the text once, with a key of its own (`skmsg`), and hands that key to single devices
(`<participants>`). Clients go on with that key when somebody was removed: that a removed one reads nothing is up to
the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.groups.group import Group
from sandbox.stanzas.message_parts import arrive_at_sink, common_attributes, content_for, hand_over, listed
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import LID_SERVER

_UNKNOWN: Final = 404
_DELETED_BY_AN_ADMIN: Final = "8"


def refusal_of(network: Network, connection: Connection, message: Node) -> int:
    """Return the code with which a message to a group is refused, 0 when it is taken."""
    group = network.groups.find(message.jid("to"))
    return _UNKNOWN if group is None else group.refuses(connection.account.number)


def errors_of(network: Network, connection: Connection, message: Node) -> tuple[str, ...]:
    """Return what is wrong with a message to a group, in words."""
    group = network.groups.find(message.jid("to"))
    return () if group is None else tuple(_errors(network, connection, message, group))


def pass_on(network: Network, connection: Connection, message: Node) -> None:
    """Have a message reach the devices of the members, or once more the one that asked for it."""
    group = network.groups.find(message.jid("to"))
    if group is None:
        return
    account = connection.account
    attrs = common_attributes(connection, message) | {
        "from": group.jid,
        "participant": account.lid_jid(connection.device.id),
        "participant_pn": account.pn_jid(),
    }
    own = _own_parts(network, message)
    shared = [child for child in message.children if child.tag == "enc"]
    for member, device in _receivers(network, connection, message, group):
        if member.sink:
            source: dict[str, str | Jid] = {"from": group.jid, "participant": member.lid_jid()}
            arrive_at_sink(network, connection, message, member, source)
        else:
            to = (member.number, device)
            content = content_for(message, [*own.get(to, ()), *shared])
            hand_over(network, connection, to, Node("message", attrs, content))


def _receivers(network: Network, connection: Connection, message: Node, group: Group) -> Iterator[tuple[Account, int]]:
    asker = message.attrs.get("participant")
    if isinstance(asker, Jid):
        account = network.directory.resolve(asker)
        if account and account.number in group.members and asker.device in account.device_ids():
            yield account, asker.device
        return
    for member in network.groups.accounts(group):
        for device in member.device_ids():
            if (member.number, device) != connection.address:
                yield member, device


def _own_parts(network: Network, message: Node) -> dict[tuple[str, int], list[Node]]:
    parts: dict[tuple[str, int], list[Node]] = {}
    for jid, encs in listed(message):
        account = network.directory.resolve(jid)
        if account is not None:
            parts.setdefault((account.number, jid.device), encs)
    return parts


def _errors(network: Network, connection: Connection, message: Node, group: Group) -> Iterator[str]:
    kinds = [enc.attrs.get("type") for enc in message.children if enc.tag == "enc"]
    if "participant" in message.attrs:
        if not isinstance(message.attrs["participant"], Jid):
            yield "participant is no address"
        if len(kinds) != 1 or kinds[0] not in ("pkmsg", "msg"):
            yield "a message that goes to one member again has not one <enc> of type pkmsg or msg"
    elif kinds != ["skmsg"]:
        yield "a message to a group has not one <enc type=skmsg>"
    jids = [jid for jid, _ in listed(message)]
    for jid in jids:
        account = network.directory.resolve(jid)
        if account is None or account.number not in group.members:
            yield f"<participants> has {jid}, who is no member"
        elif jid.server != LID_SERVER:
            yield f"<participants> has {jid}, and this group's members are named by LID"
    if len(set(jids)) < len(jids):
        yield "<participants> has a device twice"
    if message.attrs.get("edit") == _DELETED_BY_AN_ADMIN and not group.is_admin(connection.account.number):
        yield "edit 8 (deleted by an admin) comes from a member who is none"
