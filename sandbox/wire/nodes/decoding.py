"""Bytes to nodes. Format: docs/sandbox.md#wire, as run against neonize 0.5.2 and Baileys."""

from __future__ import annotations

import zlib
from typing import Final

from sandbox.wire.nodes.jid import Jid
from sandbox.wire.nodes.node import Attributes, Content, Node, NodeError
from sandbox.wire.nodes.tokens import DOUBLE, FIRST_DICTIONARY, SINGLE

COMPRESSED: Final = 2
LIST_EMPTY, LIST_8, LIST_16 = 0, 248, 249
JID_INTEROP, JID_FB, JID_AD, JID_PAIR = 245, 246, 247, 250
HEX_8, BYTES_8, BYTES_20, BYTES_32, NIBBLES_8 = 251, 252, 253, 254, 255
DOMAINS: Final = {0: "s.whatsapp.net", 1: "lid", 128: "hosted", 129: "hosted.lid"}
MAX_INFLATED: Final = 1 << 24  # bytes; the largest frame a client takes

# A nibble's sixteen values as the text bytes.hex() gives them: digits, then - and ., then two that mean nothing.
_NIBBLES: Final = str.maketrans({"a": "-", "b": ".", "c": "?", "d": "?", "e": "?", "f": "\0"})


def decode(frame: bytes) -> Node:
    """Return the node in a decrypted frame: a flag byte (2: the rest is zlib), then exactly one node.

    Raises:
        NodeError: The frame is not that.
    """
    try:
        if frame[0] & COMPRESSED:
            inflater = zlib.decompressobj()
            frame = b"\0" + inflater.decompress(frame[1:], MAX_INFLATED)
            if not inflater.eof:
                raise NodeError("a compressed frame is cut short or too long")
        reader = _Reader(frame)
        node = reader.node()
    except (IndexError, UnicodeDecodeError, zlib.error, RecursionError) as error:
        raise NodeError(f"a frame cannot be decoded: {error}") from error
    if reader.position != len(frame):
        raise NodeError(f"{len(frame) - reader.position} bytes follow the node of a frame")
    return node


class _Reader:
    __slots__ = ("data", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 1

    def byte(self) -> int:
        value = self.data[self.position]
        self.position += 1
        return value

    def number(self, size: int) -> int:
        return int.from_bytes(self.raw(size), "big")

    def raw(self, size: int) -> bytes:
        start = self.position
        self.position = end = start + size
        if end > len(self.data):
            raise NodeError("a frame ends in the middle of a value")
        return self.data[start:end]

    def node(self) -> Node:
        size = self.list_size(self.byte())
        if size == 0:
            raise NodeError("an empty list stands where a node should be")
        tag = self.text()
        attrs: Attributes = {}
        for _ in range((size - 1) >> 1):
            key = self.text()
            value = self.value(text=True)
            if isinstance(value, (str, Jid)):
                attrs[key] = value
            elif value is not None:
                raise NodeError(f"attribute {key!r} is a list")
        if size & 1:
            return Node(tag, attrs)
        content = self.value(text=False)
        if isinstance(content, Jid):
            raise NodeError(f"the content of <{tag}> is an address")
        return Node(tag, attrs, content)

    def list_size(self, tag: int) -> int:
        if tag == LIST_8:
            return self.byte()
        if tag == LIST_16:
            return self.number(2)
        if tag == LIST_EMPTY:
            return 0
        raise NodeError(f"{tag} is no list")

    def text(self) -> str:
        value = self.value(text=True)
        if not isinstance(value, str) or isinstance(value, Jid):
            raise NodeError("a name is not text")
        return value

    def value(self, *, text: bool) -> Content | Jid:
        tag = self.byte()
        if tag < FIRST_DICTIONARY:
            return SINGLE[tag] if tag else None
        if BYTES_8 <= tag <= BYTES_32:
            raw = self.raw(self.byte() if tag == BYTES_8 else self.size(tag))
            return raw.decode() if text else raw
        if tag < FIRST_DICTIONARY + len(DOUBLE):
            return DOUBLE[tag - FIRST_DICTIONARY][self.byte()]
        if tag in (LIST_8, LIST_16):
            return [self.node() for _ in range(self.list_size(tag))]
        if tag in (NIBBLES_8, HEX_8):
            return self.packed(tag)
        return self.address(tag)

    def size(self, tag: int) -> int:
        return self.number(3) & 0xFFFFF if tag == BYTES_20 else self.number(4)

    def address(self, tag: int) -> Jid:
        if tag == JID_AD:
            domain = self.byte()
            if domain not in DOMAINS:
                raise NodeError(f"{domain} is no domain of addresses")
            device = self.byte()
            return Jid(self.text(), DOMAINS[domain], device)
        if tag == JID_PAIR:
            user = self.value(text=True)
            if user is not None and (not isinstance(user, str) or isinstance(user, Jid)):
                raise NodeError("the user of an address is not text")
            return Jid(user or "", self.text())
        if tag == JID_FB:
            user, device = self.text(), self.number(2)
            return Jid(user, self.text(), device)
        if tag == JID_INTEROP:
            user, device, integrator = self.text(), self.number(2), self.number(2)
            return Jid(user, self.text(), device, integrator)
        raise NodeError(f"{tag} begins no value")

    def packed(self, tag: int) -> str:
        header = self.byte()
        text = self.raw(header & 0x7F).hex()
        text = text.upper() if tag == HEX_8 else text.translate(_NIBBLES)
        if header & 0x80:
            text = text[:-1]
        if "?" in text or "\0" in text:
            raise NodeError("a packed text holds a value that stands for nothing")
        return text
