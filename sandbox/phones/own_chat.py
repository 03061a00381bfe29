"""What a phone says of messages in its owner's chat with themselves: that it has them.

whatsmeow knows receipts of the own other devices as type `sender`. Which of them WhatsApp forwards is not known here.
"""

from __future__ import annotations

import time

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.wire.nodes import Jid, Node


def has_it(network: Network, connection: Connection, message_id: str) -> None:
    """Have the phone tell the device that wrote there."""
    phone = connection.account
    attrs: dict[str, str | Jid] = {
        "id": message_id,
        "from": phone.lid_jid(),
        "type": "sender",
        "recipient": phone.lid_jid(),
        "t": str(int(time.time())),
    }
    network.delivery.send(connection.address, Node("receipt", attrs))
