"""Messages: acknowledged, dropped if they came before, and passed to each device they are encrypted for."""

from __future__ import annotations

import time
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.observed.journal import Frame
from sandbox.stanzas.message_checks import errors_of, media_type_of, refusal_of
from sandbox.state.accounts import Account
from sandbox.wire.nodes import Jid, Node

_FOR_THE_SERVER: Final = ("participants", "enc", "device-identity", "tctoken", "cstoken")
_NUMBERS: Final = ("sender_pn", "peer_recipient_pn")


def handle(network: Network, connection: Connection, message: Node) -> None:
    """Take a message frame."""
    to, id_ = message.jid("to"), message.text("id")
    is_retry = message.child("participants") is None and message.attrs.get("category") != "peer"
    key = _key(connection, message, to, is_retry=is_retry)
    recipient = network.directory.resolve(to)
    frame = network.journal.frame(
        connection.address,
        id_,
        recipient.number if recipient else str(to),
        duplicate=not is_retry and _came_before(network, connection, id_),
        retry=is_retry,
    )
    _look(message, frame)
    dropping = network.faults.strike("drop_acks", *connection.address)
    rejecting = network.faults.strike("reject_messages", *connection.address)
    refusal = refusal_of(message) if network.settings.strict_interactive else 0
    if rejecting:
        refusal = rejecting.code
    if not dropping:
        _acknowledge(connection, message, frame, refusal)
    if key in network.seen or refusal or (dropping and not dropping.deliver):
        return
    network.seen.add(key)
    frame.delivered = True
    _pass_on(network, connection, message)
    if is_retry:
        network.retries.answered(connection.account.number, message.text("id"))


def _look(message: Node, frame: Frame) -> None:
    frame.type, frame.edit = str(message.attrs.get("type", "")), str(message.attrs.get("edit", ""))
    frame.media_type = media_type_of(message)
    frame.tags = tuple(child.tag for child in message.children)
    frame.errors = errors_of(message)


def _came_before(network: Network, connection: Connection, id_: str) -> bool:
    return any((frame.sender, frame.device) == connection.address for frame in network.journal.frames.by_id(id_))


def _key(connection: Connection, message: Node, to: Jid, *, is_retry: bool) -> str:
    number, device = connection.address
    key = f"{number}:{device} {message.text('id')}"
    if is_retry:  # the same id goes out once more to a device that could not decrypt it, maybe several times
        enc = message.child("enc")
        key += f" {to} {enc.attrs.get('count', '') if enc else ''}"
    return key


def _acknowledge(connection: Connection, message: Node, frame: Frame, error: int) -> None:
    attrs = {
        "class": "message",
        "id": message.text("id"),
        "from": message.jid("to"),
        "t": str(int(time.time())),
    }
    if error:
        attrs["error"] = str(error)
    connection.post(Node("ack", attrs))
    frame.acked = not error


def _pass_on(network: Network, connection: Connection, message: Node) -> None:
    identity = [child for child in message.children if child.tag == "device-identity"]
    extra = [child for child in message.children if child.tag not in _FOR_THE_SERVER]
    participants = message.child("participants")
    if participants is None:
        parts = [(message.jid("to"), [child for child in message.children if child.tag == "enc"])]
    else:
        parts = [(part.jid("jid"), part.children) for part in participants.children]
    for jid, encs in parts:
        account = network.directory.resolve(jid)
        if account is None or network.people.blocks(account.number, connection.account.number):
            continue
        network.people.meet(account.number, connection.account.number)
        if account.sink:
            _sink(network, connection, message, account)
        elif jid.device in account.devices:
            is_first = any(enc.attrs.get("type") == "pkmsg" for enc in encs)
            content = [*encs, *(identity if is_first else ()), *extra]
            to = (account.number, jid.device)
            attrs = _attributes(connection, message, to_self=account is connection.account)
            if network.faults.strike("lid_only", *to):
                attrs = {name: value for name, value in attrs.items() if name not in _NUMBERS}
            record = network.journal.delivery(message.text("id"), connection.account.number, to)
            network.delivery.send(to, Node("message", attrs, content), record)


def _attributes(connection: Connection, message: Node, *, to_self: bool) -> dict[str, str | Jid]:
    account = connection.account
    attrs: dict[str, str | Jid] = {
        "id": message.text("id"),
        "t": str(int(time.time())),
        "type": str(message.attrs.get("type", "text")),
        "notify": account.name or account.number,
        "from": account.lid_jid(connection.device.id),
        "addressing_mode": "lid",
    }
    if "edit" in message.attrs:
        attrs["edit"] = message.attrs["edit"]
    if not to_self:
        attrs["sender_pn"] = account.pn_jid()
        return attrs
    # A copy for the sender's other devices tells them whom it was for. A resend to one of them names the chat itself.
    attrs["recipient"] = message.attrs.get("recipient", message.jid("to").bare)
    if "peer_recipient_pn" in message.attrs:
        attrs["peer_recipient_pn"] = message.attrs["peer_recipient_pn"]
    return attrs


def _sink(network: Network, connection: Connection, message: Node, account: Account) -> None:
    sink = account.sink
    if sink is None:
        return
    sink.arrived()
    if sink.receipts:
        now = str(int(time.time()))
        attrs: dict[str, str | Jid] = {"id": message.text("id"), "from": account.lid_jid(), "t": now}
        network.delivery.send(connection.address, Node("receipt", attrs))
