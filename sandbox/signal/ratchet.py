"""The double ratchet: every message has a key of its own, and every turn of the talk begins a new chain of them.

Public specification: signal.org/docs/specifications/doubleratchet, with the constants of libsignal.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MOST_AHEAD: Final = 2000
"""Messages of one chain that may be missing."""
_MOST_CHAINS: Final = 5


class RatchetError(ValueError):
    """A message that came before, or that is too far ahead."""


@dataclass(slots=True)
class Chain:
    """The keys of what the other side writes under one ratchet key; `skipped`: of messages that have not come."""

    ratchet: bytes
    key: bytes
    index: int = 0
    skipped: dict[int, bytes] = field(default_factory=dict[int, bytes])

    def seed(self, index: int) -> bytes:
        """Return what the keys of message `index` are made of, which can be had once.

        Raises:
            RatchetError: It was had before, or it is too far ahead.
        """
        if index < self.index:
            if index not in self.skipped:
                raise RatchetError(f"message {index} came before")
            return self.skipped.pop(index)
        if index - self.index > _MOST_AHEAD:
            raise RatchetError(f"message {index} is too far ahead of {self.index}")
        while self.index < index:
            self.skipped[self.index], self.key = _advanced(self.key)
            self.index += 1
        seed, self.key = _advanced(self.key)
        self.index += 1
        return seed


@dataclass(slots=True)
class Ratchet:
    """Where a talk stands. `own`: the private key of our present turn; `key`: of its chain, `sent` messages along."""

    root: bytes
    own: bytes
    key: bytes
    sent: int = 0
    sent_before: int = 0
    chains: list[Chain] = field(default_factory=list[Chain])

    @property
    def public(self) -> bytes:
        """The ratchet key that our messages carry."""
        return X25519PrivateKey.from_private_bytes(self.own).public_key().public_bytes_raw()

    def next_seed(self) -> tuple[int, bytes]:
        """Return the number of the next message of ours, and what its keys are made of."""
        index = self.sent
        seed, self.key = _advanced(self.key)
        self.sent += 1
        return index, seed

    def seed(self, ratchet: bytes, index: int) -> bytes:
        """Return what the keys of a message of theirs are made of. A new ratchet key is a new turn, for us too.

        Raises:
            RatchetError: It was had before, or it is too far ahead.
        """
        chain = next((chain for chain in self.chains if chain.ratchet == ratchet), None)
        if chain is None:
            root, key = turned(self.root, self.own, ratchet)
            chain = Chain(ratchet, key)
            self.chains = [chain, *self.chains[: _MOST_CHAINS - 1]]
            self.own = X25519PrivateKey.generate().private_bytes_raw()
            self.root, self.key = turned(root, self.own, ratchet)
            self.sent_before, self.sent = self.sent, 0
        return chain.seed(index)


def turned(root: bytes, own: bytes, theirs: bytes) -> tuple[bytes, bytes]:
    """Return the next root key and the key of the new chain."""
    shared = X25519PrivateKey.from_private_bytes(own).exchange(X25519PublicKey.from_public_bytes(theirs))
    both = HKDF(SHA256(), 64, root, b"WhisperRatchet").derive(shared)
    return both[:32], both[32:]


def _advanced(chain: bytes) -> tuple[bytes, bytes]:
    return hmac.digest(chain, b"\x01", hashlib.sha256), hmac.digest(chain, b"\x02", hashlib.sha256)
