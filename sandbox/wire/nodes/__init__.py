"""WhatsApp's binary stanzas: addresses, nodes, and their encoding on the wire."""

from sandbox.wire.nodes.decoding import decode
from sandbox.wire.nodes.encoding import encode
from sandbox.wire.nodes.jid import SERVER, Jid
from sandbox.wire.nodes.node import Node, NodeError

__all__ = ["SERVER", "Jid", "Node", "NodeError", "decode", "encode"]
