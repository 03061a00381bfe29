"""Curve25519 identities that sign: XEdDSA with nothing but plain Ed25519.

Signal makes the Ed25519 key from the X25519 one, which needs arithmetic that `cryptography` does not offer. A
server that makes its own keys can go the other way: take an Ed25519 key, use the scalar it hashes to as the X25519
private key, map its public point to the Montgomery form, and note the point's sign in the signature's last bit.
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

_P: Final = 2**255 - 19
_SIGN_BIT: Final = 0x80


class IdentityKey:
    """A Curve25519 key pair made from a 32-byte `seed` (random when not given)."""

    __slots__ = ("_exchange", "_sign_bit", "_signer", "public", "seed")

    def __init__(self, seed: bytes | None = None) -> None:
        self.seed = seed if seed is not None else os.urandom(32)
        self._signer = Ed25519PrivateKey.from_private_bytes(self.seed)
        point = self._signer.public_key().public_bytes_raw()
        self._sign_bit = point[31] & _SIGN_BIT
        y = int.from_bytes(point, "little") & ((1 << 255) - 1)
        self.public = ((1 + y) * pow(1 - y, -1, _P) % _P).to_bytes(32, "little")
        self._exchange = X25519PrivateKey.from_private_bytes(hashlib.sha512(self.seed).digest()[:32])

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte XEdDSA signature of `message`, valid under `public`."""
        signature = bytearray(self._signer.sign(message))
        signature[63] |= self._sign_bit
        return bytes(signature)

    def exchange(self, public: bytes) -> bytes:
        """Return the X25519 shared secret with the holder of `public` (32 bytes)."""
        return self._exchange.exchange(X25519PublicKey.from_public_bytes(public))
