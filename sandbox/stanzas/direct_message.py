"""Messages to one person: each part goes to the device it is encrypted for."""

from __future__ import annotations

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.phones import own_chat
from sandbox.stanzas.message_parts import arrive_at_sink, common_attributes, content_for, hand_over
from sandbox.wire.nodes import Jid, Node


def pass_on(network: Network, connection: Connection, message: Node) -> None:
    """Have a message reach the devices that its sender encrypted it for, each once."""
    participants = message.child("participants")
    if participants is None:
        parts = [(message.jid("to"), [child for child in message.children if child.tag == "enc"])]
    else:
        parts = [(part.jid("jid"), part.children) for part in participants.children]
    if network.directory.resolve(message.jid("to")) is connection.account:
        own_chat.has_it(network, connection, message.text("id"))
    reached: set[tuple[str, int]] = set()
    for jid, encs in parts:
        account = network.directory.resolve(jid)
        if account is None or (account.number, jid.device) in reached:
            continue
        if network.people.blocks(account.number, connection.account.number):
            continue
        network.people.meet(account.number, connection.account.number)
        reached.add((account.number, jid.device))
        if account.sink:
            arrive_at_sink(network, connection, message, account, {"from": account.lid_jid()})
        elif jid.device in account.devices:
            attrs = _attributes(connection, message, to_self=account is connection.account)
            node = Node("message", attrs, content_for(message, encs))
            hand_over(network, connection, (account.number, jid.device), node)


def _attributes(connection: Connection, message: Node, *, to_self: bool) -> dict[str, str | Jid]:
    account = connection.account
    attrs = common_attributes(connection, message) | {"from": account.lid_jid(connection.device.id)}
    if not to_self:
        attrs["sender_pn"] = account.pn_jid()
        return attrs
    # A copy for the sender's other devices tells them whom it was for. A resend to one of them names the chat itself.
    attrs["recipient"] = message.attrs.get("recipient", message.jid("to").bare)
    if "peer_recipient_pn" in message.attrs:
        attrs["peer_recipient_pn"] = message.attrs["peer_recipient_pn"]
    return attrs
