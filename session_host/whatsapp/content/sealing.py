"""Seals what is said about a message with that message's secret: the counterpart of `sealed`."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_LENGTH, _IV_LENGTH = 32, 12


def seal_vote(plain: bytes, secret: bytes, target: str, author: str, voter: str) -> tuple[bytes, bytes]:
    """A vote in the poll `target` of `author` (addresses), sealed; and the initialisation vector."""
    info = target.encode() + author.encode() + voter.encode() + b"Poll Vote"
    key = HKDF(SHA256(), _KEY_LENGTH, None, info).derive(secret)
    iv = os.urandom(_IV_LENGTH)
    return AESGCM(key).encrypt(iv, plain, f"{target}\0{voter}".encode()), iv
