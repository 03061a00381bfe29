"""WhatsApp's binary stanzas: addresses, nodes, and their encoding on the wire."""

from sandbox.nodes.decoding import decode
from sandbox.nodes.encoding import encode
from sandbox.nodes.jid import SERVER, Jid
from sandbox.nodes.node import Node, NodeError

__all__ = ["SERVER", "Jid", "Node", "NodeError", "decode", "encode"]
