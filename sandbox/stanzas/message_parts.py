"""What all messages have in common on their way from one device to others."""

from __future__ import annotations

import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

_NUMBERS: Final = ("sender_pn", "peer_recipient_pn", "participant_pn")
_NOT_FOR_RECEIVERS: Final = ("participants", "enc", "device-identity", "tctoken", "cstoken")


def common_attributes(connection: Connection, message: Node) -> dict[str, str | Jid]:
    """Return what a message says of itself to whoever gets it."""
    account = connection.account
    attrs: dict[str, str | Jid] = {
        "id": message.text("id"),
        "t": str(int(time.time())),
        "type": str(message.attrs.get("type", "text")),
        "notify": account.name or account.number,
        "addressing_mode": "lid",
    }
    if "edit" in message.attrs:
        attrs["edit"] = message.attrs["edit"]
    return attrs


def listed(message: Node) -> list[tuple[Jid, list[Node]]]:
    """Return the devices that a message has a part of its own for (`<participants>`), each with that."""
    participants = message.child("participants")
    return [(part.jid("jid"), part.children) for part in participants.children] if participants else []


def content_for(message: Node, encs: list[Node]) -> list[Node]:
    """Return what a device gets of a message: its parts, and to open a session with, who its sender's device is."""
    is_first = any(enc.attrs.get("type") == "pkmsg" for enc in encs)
    identity = [child for child in message.children if child.tag == "device-identity" and is_first]
    extra = [child for child in message.children if child.tag not in _NOT_FOR_RECEIVERS]
    return [*encs, *identity, *extra]


def hand_over(network: Network, connection: Connection, to: tuple[str, int], message: Node) -> None:
    """Have a message reach a device (number, device id)."""
    if network.faults.strike("lid_only", *to):
        attrs = {name: value for name, value in message.attrs.items() if name not in _NUMBERS}
        message = Node("message", attrs, message.content)
    record = network.journal.delivery(message.text("id"), connection.account.number, to)
    network.delivery.send(to, message, record)


def arrive_at_sink(
    network: Network, connection: Connection, message: Node, account: Account, source: dict[str, str | Jid]
) -> None:
    """Count a message in a number for load, which may answer from `source` that it was delivered."""
    sink = account.sink
    if sink is None:
        return
    sink.arrived()
    if sink.receipts:
        attrs = {"id": message.text("id"), "t": str(int(time.time())), **source}
        network.delivery.send(connection.address, Node("receipt", attrs))
