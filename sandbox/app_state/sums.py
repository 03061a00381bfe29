"""The sum over all values of a collection (LTHash): what is replaced is subtracted, in any order."""

from __future__ import annotations

import struct
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LANES: Final = struct.Struct("<64H")
EMPTY: Final = bytes(_LANES.size)


def with_value(sum_: bytes, mac: bytes) -> bytes:
    """Return the sum with one value more."""
    return _combined(sum_, mac, 1)


def without_value(sum_: bytes, mac: bytes) -> bytes:
    """Return the sum with one value less."""
    return _combined(sum_, mac, -1)


def _combined(sum_: bytes, mac: bytes, sign: int) -> bytes:
    part = HKDF(SHA256(), _LANES.size, None, b"WhatsApp Patch Integrity").derive(mac)
    lanes = zip(_LANES.unpack(sum_), _LANES.unpack(part), strict=True)
    return _LANES.pack(*((ours + sign * theirs) & 0xFFFF for ours, theirs in lanes))
