"""What clients say of calls: that they reject one."""

from __future__ import annotations

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.phones import calls
from sandbox.wire.nodes import Node


def handle(network: Network, connection: Connection, call: Node) -> None:
    """Acknowledge it; a call that rings at this account and is rejected rings no longer."""
    to = call.jid("to")
    connection.post(Node("ack", {"class": "call", "id": call.text("id"), "from": to}))
    rejected = call.child("reject")
    if rejected is None:
        return
    found = network.calls.by_id.get(rejected.text("call-id"))
    caller = network.directory.resolve(to)
    if found and caller and (found.caller, found.called) == (caller.number, connection.account.number):
        calls.reject(network, found, connection.address)
