"""Which module handles which family of stanzas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.newsletters.newsletter import SERVER
from sandbox.stanzas import call, iq, message, newsletter_message, phone, presence, receipt
from sandbox.wire.nodes import Node


def dispatch(network: Network, connection: Connection, stanza: Node) -> None:
    """Have a client's stanza handled by its family's module. Families the server has no use for are ignored.

    Raises:
        NodeError: The stanza lacks what it needs; the connection ends.
    """
    if stanza.tag == "iq":
        iq.handle(network, connection, stanza)
    elif connection.is_logged_in and phone.is_for_phone(network, stanza):
        phone.handle(network, connection, stanza)
    elif connection.is_logged_in and (handler := _HANDLERS.get(stanza.tag)):
        handler(network, connection, stanza)


def _message(network: Network, connection: Connection, stanza: Node) -> None:
    family = newsletter_message if stanza.jid("to").server == SERVER else message
    family.handle(network, connection, stanza)


_HANDLERS: Final[dict[str, Callable[[Network, Connection, Node], None]]] = {
    "message": _message,
    "receipt": receipt.handle,
    "call": call.handle,
    "ack": receipt.acknowledged,
    "presence": presence.presence,
    "chatstate": presence.chatstate,
}
