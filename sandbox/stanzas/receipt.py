"""Receipts: acknowledged, noted as the reader's acknowledgement, and passed to who wrote the message."""

from __future__ import annotations

import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas import media_retry
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

_INACTIVE: Final = "inactive"
"""A linked device that nobody looks at has the message. The phone has it too and says so, which here is not run."""
_PRIVATE: Final = ("sender", "hist_sync", "peer_msg", "read-self", "played-self")


def handle(network: Network, connection: Connection, receipt: Node) -> None:
    """Take a receipt. A retry receipt is a request, no acknowledgement: that comes in an ack of its own."""
    to, kind = receipt.jid("to"), receipt.attrs.get("type", "")
    attrs = {name: receipt.attrs[name] for name in ("id", "type", "participant") if name in receipt.attrs}
    connection.post(Node("ack", {"class": "receipt", "from": to, **attrs}))
    if kind == media_retry.QUESTION:
        media_retry.handle(network, connection, receipt)
        return
    if kind != "retry":
        network.delivery.acknowledge(connection.address, ("message", receipt.text("id"), to.user))
    writer = network.directory.resolve(to)
    if writer is None or writer.sink or kind in _PRIVATE or _is_withheld(network, connection, writer, str(kind)):
        return
    forward = _forwarded(connection, receipt, writer)
    if kind == "retry":
        if to.device in writer.devices:
            device = (writer.number, to.device)
            network.retries.ask(writer.number, receipt.text("id"), lambda: network.delivery.send(device, forward))
        return
    for device in writer.devices:
        if (writer.number, device) != connection.address:
            network.delivery.send((writer.number, device), forward)


def _is_withheld(network: Network, connection: Connection, writer: Account, kind: str) -> bool:
    """Tell whether a receipt is kept from whom it is for: one blocks the other, or hides what is read."""
    people, reader = network.people, connection.account.number
    if people.blocks(writer.number, reader) or people.blocks(reader, writer.number):
        return True
    is_silent = any(people.of(number).setting("readreceipts") == "none" for number in (reader, writer.number))
    return kind == "read" and is_silent and reader != writer.number


def _forwarded(connection: Connection, receipt: Node, writer: Account) -> Node:
    kind = receipt.attrs.get("type", "")
    attrs: dict[str, str | Jid] = {
        "id": receipt.text("id"),
        "from": connection.account.lid_jid(connection.device.id),
        "t": receipt.attrs.get("t", str(int(time.time()))),
        "type": "" if kind == _INACTIVE else kind,
    }
    if writer is connection.account and "recipient" in receipt.attrs:
        attrs["recipient"] = receipt.attrs["recipient"]
    return Node("receipt", attrs, receipt.content)


def acknowledged(network: Network, connection: Connection, ack: Node) -> None:
    """Take a client's `<ack>` of a message, receipt or notification."""
    sender = ack.attrs.get("to")
    user = sender.user if isinstance(sender, Jid) else ""
    network.delivery.acknowledge(connection.address, (ack.text("class"), ack.text("id"), user))
