"""Messages: acknowledged, dropped if they came before, and passed to each device they are encrypted for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.observed.journal import Frame
from sandbox.stanzas import direct_message, group_message, status_message
from sandbox.stanzas.message_checks import errors_of, media_type_of, refusal_of
from sandbox.wire.nodes import Jid, Node
from sandbox.wire.nodes.jid import BROADCAST_SERVER, GROUP_SERVER


class _Family(NamedTuple):
    """Messages to one sort of addressee: how they are passed on, refused (with a code, or 0), and what is wrong."""

    pass_on: Callable[[Network, Connection, Node], None]
    refusal_of: Callable[[Network, Connection, Node], int]
    errors_of: Callable[[Network, Connection, Node], tuple[str, ...]]


def _not_refused(_network: Network, _connection: Connection, _message: Node) -> int:
    return 0


def _nothing_wrong(_network: Network, _connection: Connection, _message: Node) -> tuple[str, ...]:
    return ()


_DIRECT: Final = _Family(direct_message.pass_on, _not_refused, _nothing_wrong)
_FAMILIES: Final = {
    GROUP_SERVER: _Family(group_message.pass_on, group_message.refusal_of, group_message.errors_of),
    BROADCAST_SERVER: _Family(status_message.pass_on, status_message.refusal_of, status_message.errors_of),
}


def handle(network: Network, connection: Connection, message: Node) -> None:
    """Take a message frame."""
    to, id_ = message.jid("to"), message.text("id")
    is_resend = _is_resend(message)
    key = _key(connection, message, to, is_resend=is_resend)
    recipient = network.directory.resolve(to)
    frame = network.journal.frame(
        connection.address,
        id_,
        recipient.number if recipient else str(to),
        duplicate=not is_resend and _came_before(network, connection, id_),
        retry=is_resend,
    )
    _look(network, connection, message, frame)
    dropping = network.faults.strike("drop_acks", *connection.address)
    refusal = _refusal(network, connection, message, to)
    if not dropping:
        _acknowledge(connection, message, frame, refusal)
    if key in network.seen or refusal or (dropping and not dropping.deliver):
        return
    network.seen.add(key)
    frame.delivered = True
    _family(to).pass_on(network, connection, message)
    if is_resend:
        network.retries.answered(connection.account.number, id_)


def _is_resend(message: Node) -> bool:
    """Tell whether a message goes once more to one device, which could not decrypt it."""
    return "participant" in message.attrs or message.attrs.get("device_fanout") == "false"


def _look(network: Network, connection: Connection, message: Node, frame: Frame) -> None:
    frame.type, frame.edit = str(message.attrs.get("type", "")), str(message.attrs.get("edit", ""))
    frame.media_type = media_type_of(message)
    frame.tags = tuple(child.tag for child in message.children)
    frame.errors = errors_of(message) + _family(message.jid("to")).errors_of(network, connection, message)


def _family(to: Jid) -> _Family:
    return _FAMILIES.get(to.server, _DIRECT)


def _came_before(network: Network, connection: Connection, id_: str) -> bool:
    return any((frame.sender, frame.device) == connection.address for frame in network.journal.frames.by_id(id_))


def _key(connection: Connection, message: Node, to: Jid, *, is_resend: bool) -> str:
    number, device = connection.address
    key = f"{number}:{device} {message.text('id')}"
    if is_resend:  # the same id goes out once more to a device that could not decrypt it, maybe several times
        enc = message.child("enc")
        key += f" {message.attrs.get('participant', to)} {enc.attrs.get('count', '') if enc else ''}"
    return key


def _refusal(network: Network, connection: Connection, message: Node, to: Jid) -> int:
    """Return the code with which a message is refused, 0 when it is taken."""
    rejecting = network.faults.strike("reject_messages", *connection.address)
    if rejecting:
        return rejecting.code
    if code := _family(to).refusal_of(network, connection, message):
        return code
    return refusal_of(message) if network.settings.strict_interactive else 0


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
