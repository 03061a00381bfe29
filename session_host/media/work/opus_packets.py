"""Opus packets as WhatsApp's phones make them: up to three frames of 20 ms in one, or iPhones do not play it.

RFC 6716, section 3.2.5.
"""

from __future__ import annotations

from collections.abc import Iterable

_FRAMES = 3
_CODE_3 = 3
_SIZES_DIFFER = 0x80
_TWO_BYTES_FROM = 252


def merged(packets: Iterable[bytes]) -> list[list[bytes]]:
    """Neighbours that may become one packet: they have the same configuration."""
    groups: list[list[bytes]] = []
    for packet in packets:
        if groups and len(groups[-1]) < _FRAMES and groups[-1][0][0] == packet[0]:
            groups[-1].append(packet)
        else:
            groups.append([packet])
    return groups


def merge(packets: list[bytes]) -> bytes:
    """Packets of one frame each as one of code 3."""
    head = bytearray([packets[0][0] & ~_CODE_3 | _CODE_3, _SIZES_DIFFER | len(packets)])
    for packet in packets[:-1]:
        head += _size(len(packet) - 1)
    return bytes(head) + b"".join(packet[1:] for packet in packets)


def _size(size: int) -> bytes:
    if size < _TWO_BYTES_FROM:
        return bytes([size])
    rest = size - _TWO_BYTES_FROM
    return bytes([_TWO_BYTES_FROM + (rest & 3), rest >> 2])
