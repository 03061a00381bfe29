"""Receipts: acknowledged, noted as the reader's acknowledgement, and passed to who wrote the message."""

from __future__ import annotations

import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas import media_retry
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import BROADCAST_SERVER, GROUP_SERVER, STATUS

_INACTIVE: Final = "inactive"
"""A linked device that nobody looks at has the message. The phone has it too and says so, which here is not run."""
_REQUESTS: Final = ("retry", media_retry.QUESTION)
_OF_MANY: Final = (GROUP_SERVER, BROADCAST_SERVER)
_PRIVATE: Final = ("sender", "hist_sync", "peer_msg", "read-self", "played-self")


def handle(network: Network, connection: Connection, receipt: Node) -> None:
    """Take a receipt. A retry receipt is a request, no acknowledgement: that comes in an ack of its own."""
    to, kind = receipt.jid("to"), receipt.attrs.get("type", "")
    if kind not in _REQUESTS and network.faults.strike("ignore_receipts", *connection.address):
        return
    attrs = {name: receipt.attrs[name] for name in ("id", "type", "participant") if name in receipt.attrs}
    connection.post(Node("ack", {"class": "receipt", "from": to, **attrs}))
    if kind == media_retry.QUESTION:
        media_retry.handle(network, connection, receipt)
        return
    if kind != "retry":
        network.delivery.acknowledge(connection.address, ("message", receipt.text("id"), to.user))
    author = receipt.jid("participant") if to.server in _OF_MANY else to
    writer = network.directory.resolve(author)
    if writer is None or writer.sink or kind in _PRIVATE:
        return
    reader = connection.account.number
    if to.server != GROUP_SERVER and network.people.withholds_receipt(reader, writer.number, str(kind)):
        return
    forward = _forwarded(connection, receipt, writer)
    if kind == "retry":
        if author.device in writer.devices and _may_ask(network, connection, receipt):
            device = (writer.number, author.device)
            network.retries.ask(writer.number, receipt.text("id"), lambda: network.delivery.send(device, forward))
        return
    for device in writer.devices:
        if (writer.number, device) != connection.address:
            network.delivery.send((writer.number, device), forward)


def _may_ask(network: Network, connection: Connection, receipt: Node) -> bool:
    """Tell whether a device may have a message again: of a group only while it is in, a status post if it got it."""
    chat, number = receipt.jid("to"), connection.account.number
    if chat == STATUS:
        return any(delivery.to == number for delivery in network.journal.deliveries.by_id(receipt.text("id")))
    group = network.groups.find(chat)
    return chat.server != GROUP_SERVER or (group is not None and number in group.members)


def _forwarded(connection: Connection, receipt: Node, writer: Account) -> Node:
    kind, chat = receipt.attrs.get("type", ""), receipt.jid("to")
    reader = connection.account.lid_jid(connection.device.id)
    attrs: dict[str, str | Jid] = {
        "id": receipt.text("id"),
        "from": reader,
        "t": receipt.attrs.get("t", str(int(time.time()))),
        "type": "" if kind == _INACTIVE else kind,
    }
    if chat.server in _OF_MANY:
        attrs |= {"from": chat, "participant": reader, "participant_pn": connection.account.pn_jid()}
    elif writer is connection.account and "recipient" in receipt.attrs:
        attrs["recipient"] = receipt.attrs["recipient"]
    return Node("receipt", attrs, receipt.content)


def acknowledged(network: Network, connection: Connection, ack: Node) -> None:
    """Take a client's `<ack>` of a message, receipt or notification."""
    if ack.text("class") == "message" and network.faults.strike("ignore_receipts", *connection.address):
        return
    sender = ack.attrs.get("to")
    user = sender.user if isinstance(sender, Jid) else ""
    network.delivery.acknowledge(connection.address, (ack.text("class"), ack.text("id"), user))
