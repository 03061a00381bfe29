"""Seals what is said about a message with that message's secret: the counterpart of `sealed`."""

from __future__ import annotations

import os

from shared.encryption import NONCE_LENGTH, derived, encrypted

_KEY_LENGTH = 32


def seal_vote(plain: bytes, secret: bytes, target: str, author: str, voter: str) -> tuple[bytes, bytes]:
    """A vote in the poll `target` of `author` (addresses), sealed; and the initialisation vector."""
    info = target.encode() + author.encode() + voter.encode() + b"Poll Vote"
    iv = os.urandom(NONCE_LENGTH)
    return encrypted(derived(secret, _KEY_LENGTH, info), iv, plain, f"{target}\0{voter}".encode()), iv
