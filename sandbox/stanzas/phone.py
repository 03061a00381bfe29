"""What linked devices send to a phone itself (device 0): questions to their own, and requests for a message again."""

from __future__ import annotations

import time

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.phones import device_zero, questions
from sandbox.wire.nodes import Jid, Node


def is_for_phone(network: Network, stanza: Node) -> bool:
    """Tell whether this is a message of a device to its phone, or a request for one that a phone wrote."""
    if stanza.tag == "message":
        return stanza.attrs.get("category") == "peer"
    if stanza.tag != "receipt" or stanza.attrs.get("type") != "retry":
        return False
    writer = _writer(stanza)
    account = network.directory.resolve(writer) if writer else None
    return account is not None and account.sink is None and writer is not None and writer.device == 0


def handle(network: Network, connection: Connection, stanza: Node) -> None:
    """Acknowledge it, and have the phone take it."""
    if stanza.tag == "message":
        _acknowledge(connection, stanza, {"t": str(int(time.time()))})
        if (enc := stanza.child("enc")) is not None:
            questions.take(network, connection.account, connection.device.id, stanza.text("id"), enc)
        return
    more = {name: stanza.attrs[name] for name in ("type", "participant") if name in stanza.attrs}
    _acknowledge(connection, stanza, more)
    writer = _writer(stanza)
    phone = network.directory.resolve(writer) if writer else None
    if phone is not None:
        asked = stanza.child("retry")
        count = str(asked.attrs.get("count", "1")) if asked else "1"
        again = stanza.text("id"), count
        device_zero.send_again(network, phone, connection.account, connection.device.id, again)


def _writer(receipt: Node) -> Jid | None:
    writer = receipt.attrs.get("participant", receipt.attrs.get("to"))
    return writer if isinstance(writer, Jid) else None


def _acknowledge(connection: Connection, stanza: Node, more: dict[str, str | Jid] | dict[str, str]) -> None:
    attrs: dict[str, str | Jid] = {"class": stanza.tag, "id": stanza.text("id"), "from": stanza.jid("to"), **more}
    connection.post(Node("ack", attrs))
