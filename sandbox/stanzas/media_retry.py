"""A device asks its phone for a file that is gone from the servers: the phone, which here is the server, answers."""

from __future__ import annotations

import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.media import phone_copies
from sandbox.wire.nodes import Jid, Node

QUESTION: Final = "server-error"
"""The type of such a receipt. It is for the phone alone: one that reaches another device of neonize ends its task."""
_NOT_ON_THE_PHONE: Final = "2"


def handle(network: Network, connection: Connection, receipt: Node) -> None:
    """Answer the device that asked, and nobody else: where the file is now, or that the phone hasn't got it."""
    message = receipt.text("id")
    attrs: dict[str, str | Jid] = {
        "from": connection.account.pn_jid(),
        "type": "mediaretry",
        "id": message,
        "t": str(int(time.time())),
    }
    content = [_answer(network, message, receipt.child("encrypt")), receipt.need("rmr")]
    network.delivery.send(connection.address, Node("notification", attrs, content))


def _answer(network: Network, message: str, question: Node | None) -> Node:
    copy = network.phone_copies.find(message)
    file = network.media.find(copy.token) if copy else None
    if copy is None or file is None or question is None:
        return Node("error", {"code": _NOT_ON_THE_PHONE})
    if not phone_copies.is_question(copy.media_key, message, question.bytes("enc_p"), question.bytes("enc_iv")):
        return Node("error", {"code": _NOT_ON_THE_PHONE})
    network.media.revive(file)
    path = network.permits.direct_path(file.token)
    ciphertext, iv = phone_copies.answer(copy.media_key, message, path)
    return Node("encrypt", {}, [Node("enc_p", {}, ciphertext), Node("enc_iv", {}, iv)])
