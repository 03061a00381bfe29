"""The key that a phone shares with its linked devices, and the five keys made of it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_INFO = b"WhatsApp Mutation Keys"


@dataclass(frozen=True, slots=True)
class Keys:
    """`id` (6 bytes) names them. `index`, `value`: of what is changed; the others authenticate."""

    id: bytes
    index: bytes
    value: bytes
    value_mac: bytes
    snapshot_mac: bytes
    patch_mac: bytes

    @classmethod
    def of(cls, id_: bytes, data: bytes) -> Keys:
        """Return the keys made of what the phone shares (32 bytes)."""
        made = HKDF(SHA256(), 160, None, _INFO).derive(data)
        return cls(id_, *(made[at : at + 32] for at in range(0, 160, 32)))

    def mac_of_index(self, index: bytes) -> bytes:
        """Return the name under which the server knows an index."""
        return hmac.digest(self.index, index, hashlib.sha256)

    def mac_of_snapshot(self, sum_: bytes, version: int, collection: str) -> bytes:
        """Return what says that a collection has this sum at this version."""
        return hmac.digest(self.snapshot_mac, sum_ + version.to_bytes(8, "big") + collection.encode(), hashlib.sha256)

    def mac_of_patch(self, snapshot_mac: bytes, value_macs: list[bytes], version: int, collection: str) -> bytes:
        """Return what says that these changes make that version."""
        said = b"".join((snapshot_mac, *value_macs, version.to_bytes(8, "big"), collection.encode()))
        return hmac.digest(self.patch_mac, said, hashlib.sha256)
