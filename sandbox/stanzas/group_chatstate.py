"""Who types or records in a group: shown to the other members on devices in use, at once or not at all."""

from __future__ import annotations

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.groups.group import Group
from sandbox.wire.nodes import Node


def pass_on(network: Network, connection: Connection, stanza: Node, group: Group) -> None:
    """Tell the other members that one types or stopped typing; nobody when it is no member."""
    account = connection.account
    if account.number not in group.members:
        return
    attrs = {"from": group.jid, "participant": account.lid_jid(), "participant_pn": account.pn_jid()}
    forward = Node("chatstate", dict(attrs), stanza.content)
    for member in network.groups.accounts(group):
        for address in [(member.number, device) for device in member.devices if member is not account]:
            if address in network.available:
                network.delivery.send_if_there(address, forward)
