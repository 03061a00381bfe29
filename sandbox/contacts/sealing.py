"""What is sealed with the secret of the message it is about: votes, and edits as phones send them since May 2026.

The key is HKDF-SHA256 of that message's secret, its info the id, its author, who seals, and what for; the cipher is
AES-256-GCM. Run against whatsmeow and Baileys. Addresses are without devices; clients mix those by number and by LID.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from itertools import product
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import PollVoteMessage

VOTE: Final = b"Poll Vote"
EDIT: Final = b"Message Edit"
_KEY, _IV = 32, 12


@dataclass(frozen=True, slots=True)
class Seal:
    """What seals something about a message: its `secret`, its id, and what for."""

    secret: bytes
    target: str
    use: bytes

    def close(self, plain: bytes, author: str, by: str) -> tuple[bytes, bytes]:
        """Return what is sealed, and the initialisation vector: of a message of `author`, sealed `by` somebody."""
        iv = os.urandom(_IV)
        return AESGCM(self._key(author, by)).encrypt(iv, plain, self._beside(by)), iv

    def open(self, sealed: bytes, iv: bytes, people: Collection[str]) -> bytes | None:
        """Return what was sealed, None when no two of `people` (addresses) are who wrote and who sealed."""
        if len(iv) != _IV or not self.secret:
            return None
        for author, by in product(people, people):
            try:
                return AESGCM(self._key(author, by)).decrypt(iv, sealed, self._beside(by))
            except InvalidTag:
                continue
        return None

    def _key(self, author: str, by: str) -> bytes:
        info = self.target.encode() + author.encode() + by.encode() + self.use
        return HKDF(SHA256(), _KEY, None, info).derive(self.secret)

    def _beside(self, by: str) -> bytes | None:
        return f"{self.target}\0{by}".encode() if self.use == VOTE else None


def vote_for(options: Collection[str]) -> bytes:
    """Return the vote for these options."""
    return PollVoteMessage(selectedOptions=[_digest(option) for option in options]).SerializeToString()


def chosen(vote: bytes, options: Collection[str]) -> list[str]:
    """Return those of the options that a vote is for."""
    selected = set(PollVoteMessage.FromString(vote).selectedOptions)
    return [option for option in options if _digest(option) in selected]


def _digest(option: str) -> bytes:
    return hashlib.sha256(option.encode()).digest()
