"""A stanza, or a part of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from sandbox.wire.nodes.jid import Jid

Attributes: TypeAlias = "dict[str, str | Jid]"
Content: TypeAlias = "list[Node] | bytes | str | None"


class NodeError(ValueError):
    """Bytes that are no node, or a node that lacks what its receiver needs."""


@dataclass(slots=True)
class Node:
    """One stanza or a part of one: a tag, attributes, and children, bytes, text or nothing.

    Not frozen: creating a frozen one costs three times as much, and every message makes about ten.
    Nodes are treated as values all the same; nobody changes one after building it.
    """

    tag: str
    attrs: Attributes = field(default_factory=dict[str, "str | Jid"])
    content: Content = None

    @property
    def children(self) -> list[Node]:
        """The child nodes, an empty list when the content is something else."""
        return self.content if isinstance(self.content, list) else []

    def child(self, tag: str) -> Node | None:
        """Return the first child called `tag`, or None."""
        for node in self.children:
            if node.tag == tag:
                return node
        return None

    def need(self, tag: str) -> Node:
        """Return the first child called `tag`.

        Raises:
            NodeError: There is none.
        """
        node = self.child(tag)
        if node is None:
            raise NodeError(f"<{self.tag}> has no <{tag}>")
        return node

    def bytes(self, tag: str, length: int | None = None) -> bytes:
        """Return the byte content of the child called `tag`.

        Raises:
            NodeError: The child is missing, is not bytes, or is not `length` bytes long.
        """
        content = self.need(tag).content
        if not isinstance(content, bytes) or (length is not None and len(content) != length):
            raise NodeError(f"<{tag}> in <{self.tag}> is not {length or 'some'} bytes")
        return content

    def text(self, name: str) -> str:
        """Return attribute `name` as text.

        Raises:
            NodeError: It is missing or is an address.
        """
        value = self.attrs.get(name)
        if not isinstance(value, str):
            raise NodeError(f"<{self.tag}> has no text attribute {name!r}")
        return value

    def jid(self, name: str) -> Jid:
        """Return attribute `name` as an address.

        Raises:
            NodeError: It is missing or is not an address.
        """
        value = self.attrs.get(name)
        if not isinstance(value, Jid):
            raise NodeError(f"<{self.tag}> has no address {name!r}")
        return value

    def __str__(self) -> str:
        """Return the node as XML-like text, long byte contents shortened."""
        attrs = "".join(f" {key}={str(value)!r}" for key, value in self.attrs.items())
        if self.content is None:
            return f"<{self.tag}{attrs}/>"
        if isinstance(self.content, list):
            inner = "".join(map(str, self.content))
        elif isinstance(self.content, bytes):
            inner = self.content.hex() if len(self.content) <= 40 else f"({len(self.content)} bytes)"  # noqa: PLR2004 - a key fits
        else:
            inner = self.content
        return f"<{self.tag}{attrs}>{inner}</{self.tag}>"
