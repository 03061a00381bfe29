"""Messages that a linked device is told of and never given: what is to be seen once is for the phone alone."""

from __future__ import annotations

import time
from typing import Literal

from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node


def tell_unavailable(
    network: Network, to: tuple[str, int], sender: Account, message: str, why: Literal["view_once"]
) -> None:
    """Tell a device (number, device id) that `sender` wrote a message which only its phone can show."""
    attrs: dict[str, str | Jid] = {
        "id": message,
        "t": str(int(time.time())),
        "type": "media",
        "notify": sender.name or sender.number,
        "from": sender.lid_jid(),
        "addressing_mode": "lid",
        "sender_pn": sender.pn_jid(),
    }
    record = network.journal.delivery(message, sender.number, to)
    network.delivery.send(to, Node("message", attrs, [Node("unavailable", {"type": why})]), record)
