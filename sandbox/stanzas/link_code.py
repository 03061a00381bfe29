"""The companion's half of pairing by code."""

from __future__ import annotations

import secrets

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.connections.pairings import CodeRequest
from sandbox.stanzas.errors import StanzaError
from sandbox.wire.nodes import Node


def handle(network: Network, connection: Connection, registration: Node) -> list[Node]:
    """Take a `<link_code_companion_reg>` of a client that shows a code, or finishes after it was typed."""
    stage = registration.text("stage")
    if stage == "companion_hello":
        return [_hello(network, connection, registration)]
    if stage == "companion_finish":
        request = network.pairings.of_connection(connection)
        if request is None or request.bundle is None or request.bundle.done():
            raise StanzaError(400, "bad-request")
        request.bundle.set_result(registration.bytes("link_code_pairing_wrapped_key_bundle"))
        return []
    raise StanzaError(400, "bad-request")


def _hello(network: Network, connection: Connection, registration: Node) -> Node:
    number = registration.jid("jid").user
    if network.directory.find(number) is None:
        raise StanzaError(404, "item-not-found")
    reference = secrets.token_bytes(16)
    request = CodeRequest(
        connection,
        number,
        reference,
        registration.bytes("link_code_pairing_wrapped_companion_ephemeral_pub", 80),
        registration.bytes("companion_server_auth_key_pub", 32),
    )
    network.pairings.request(request)
    content = [Node("link_code_pairing_ref", {}, reference)]
    return Node("link_code_companion_reg", {"stage": "companion_hello"}, content)
