"""Nodes to bytes: the counterpart of `sandbox.wire.nodes.decoding`, never compressed."""

from __future__ import annotations

from typing import Final

from sandbox.wire.nodes.decoding import (
    BYTES_8,
    BYTES_20,
    BYTES_32,
    DOMAINS,
    JID_AD,
    JID_FB,
    JID_INTEROP,
    JID_PAIR,
    LIST_8,
    LIST_16,
)
from sandbox.wire.nodes.jid import Jid
from sandbox.wire.nodes.node import Node, NodeError
from sandbox.wire.nodes.tokens import ENCODED

_DOMAIN_BYTES: Final = {server: domain for domain, server in DOMAINS.items()}
_MAX_AD_DEVICE: Final = 255


def encode(node: Node) -> bytes:
    """Return `node` as a frame ready to encrypt. Attributes that are empty text are left out.

    Raises:
        NodeError: A list or a byte string is longer than the format allows.
    """
    out = bytearray(1)
    _node(out, node)
    return bytes(out)


def _node(out: bytearray, node: Node) -> None:
    attrs = node.attrs
    filled = len(attrs) if "" not in attrs.values() else sum(1 for value in attrs.values() if value != "")
    content = node.content
    _list(out, 1 + 2 * filled + (content is not None))
    _text(out, node.tag)
    for key, value in attrs.items():
        if isinstance(value, Jid):
            _text(out, key)
            _address(out, value)
        elif value:
            _text(out, key)
            _text(out, value)
    if content is None:
        return
    if isinstance(content, list):
        _list(out, len(content))
        for child in content:
            _node(out, child)
    elif isinstance(content, str):
        _text(out, content)
    else:
        _bytes(out, content)


def _list(out: bytearray, size: int) -> None:
    if size == 0:
        out.append(0)
    elif size < 1 << 8:
        out.append(LIST_8)
        out.append(size)
    elif size < 1 << 16:
        out.append(LIST_16)
        out += size.to_bytes(2, "big")
    else:
        raise NodeError(f"a list of {size} is too long")


def _text(out: bytearray, text: str) -> None:
    token = ENCODED.get(text)
    if token is not None:
        out += token
    else:
        _bytes(out, text.encode())


def _bytes(out: bytearray, value: bytes) -> None:
    size = len(value)
    if size < 1 << 8:
        out.append(BYTES_8)
        out.append(size)
    elif size < 1 << 20:
        out.append(BYTES_20)
        out += size.to_bytes(3, "big")
    elif size < 1 << 31:
        out.append(BYTES_32)
        out += size.to_bytes(4, "big")
    else:
        raise NodeError(f"{size} bytes are too many")
    out += value


def _address(out: bytearray, jid: Jid) -> None:
    user, server, device, integrator = jid
    domain = _DOMAIN_BYTES.get(server)
    if domain is not None and (device or domain >= 128):  # noqa: PLR2004 - hosted addresses have no other form
        if device > _MAX_AD_DEVICE:
            raise NodeError(f"device {device} does not fit an address")
        out += bytes((JID_AD, domain, device))
        _text(out, user)
    elif server in ("interop", "msgr"):
        out.append(JID_INTEROP if server == "interop" else JID_FB)
        _text(out, user)
        out += device.to_bytes(2, "big")
        if server == "interop":
            out += integrator.to_bytes(2, "big")
        _text(out, server)
    else:
        out.append(JID_PAIR)
        if user:
            _text(out, user)
        else:
            out.append(0)
        _text(out, server)
