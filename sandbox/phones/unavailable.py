"""Messages that a linked device is told of and not given. It may ask the phone for them, which may have them.

What is to be seen once is for the phone alone, and never given.
"""

from __future__ import annotations

import time
from typing import Literal

from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.protobufs import e2e, web

Why = Literal["view_once", "fanout"]
"""It is to be seen once; or its sender's client left the device out."""


def tell_unavailable(network: Network, to: tuple[str, int], sender: Account, message: str, why: Why) -> None:
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


def keep(network: Network, phone: Account, sender: Account, id_: str, text: str) -> None:
    """Have a phone keep a text that `sender` wrote."""
    message = web.WebMessageInfo(
        message=e2e.Message(conversation=text), messageTimestamp=int(time.time()), pushName=sender.name or sender.number
    )
    message.key.remoteJID, message.key.fromMe, message.key.ID = str(sender.lid_jid()), False, id_
    network.kept.add(phone.number, message)
