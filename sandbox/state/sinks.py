"""Numbers for load: others can encrypt for them, they count what arrives and decrypt nothing.

Their keys are real (a client checks the signature of the signed pre-key), but only made when someone asks for
them, so that thousands of sinks cost nothing until written to.
"""

from __future__ import annotations

import time
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sandbox.state.prekeys import Bundle, PreKey
from sandbox.wire.xeddsa import IdentityKey

_KEY_TYPE: Final = b"\x05"  # Curve25519, in front of a public key that is signed
_MAX_KEY_ID: Final = 0xFFFFFF


class Sink:
    """One such number. `receipts`: answer every message with a delivery receipt, as a phone would."""

    __slots__ = ("_identity", "_next_key", "_seed", "_signed", "last_arrival", "receipts", "received")

    def __init__(self, seed: bytes, *, receipts: bool = False) -> None:
        self._seed = seed
        self._identity: IdentityKey | None = None
        self._signed: PreKey | None = None
        self._next_key = 1
        self.receipts = receipts
        self.received = 0
        self.last_arrival: float | None = None

    def arrived(self) -> None:
        """Count one message."""
        self.received += 1
        self.last_arrival = time.time()

    def bundle(self) -> Bundle:
        """Return keys to write to this number with, a fresh one-time key among them."""
        if self._identity is None or self._signed is None:
            self._identity = IdentityKey(self._seed)
            public = _public_key()
            self._signed = PreKey(b"\0\0\1", public, self._identity.sign(_KEY_TYPE + public))
        self._next_key = self._next_key % _MAX_KEY_ID + 1
        one_time = PreKey(self._next_key.to_bytes(3, "big"), _public_key())
        return Bundle(self._seed[:4], self._identity.public, self._signed, one_time)


def _public_key() -> bytes:
    return X25519PrivateKey.generate().public_key().public_bytes_raw()
