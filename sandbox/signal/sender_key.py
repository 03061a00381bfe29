"""What is written to many at once: encrypted once, under a key that each of them is handed.

Facts: libsignal's SenderKeyMessage and SenderKeyDistributionMessage, as neonize 0.5.2 and Baileys 7.0.0-rc14 read them.
A sender may go on with its key or begin another with any message; this one always begins another, so that nobody who
left reads on.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

from sandbox.signal.fields import encoded
from sandbox.wire.xeddsa import IdentityKey

_VERSION: Final = b"\x33"
_CURVE: Final = b"\x05"
_BLOCK_BITS: Final = 128
_ID_BITS: Final = 31
_FIRST: Final = 0


def sealed(plaintext: bytes) -> tuple[bytes, bytes]:
    """Return a new key as it is handed to receivers, and `plaintext` encrypted under it."""
    id_, chain, signer = secrets.randbits(_ID_BITS), os.urandom(32), IdentityKey()
    seed = hmac.digest(chain, b"\x01", hashlib.sha256)
    keys = HKDF(SHA256(), 48, None, b"WhisperGroup").derive(seed)
    padder, encryptor = PKCS7(_BLOCK_BITS).padder(), Cipher(algorithms.AES(keys[16:]), modes.CBC(keys[:16])).encryptor()
    ciphertext = encryptor.update(padder.update(plaintext) + padder.finalize()) + encryptor.finalize()
    message = _VERSION + encoded([(1, id_), (2, _FIRST), (3, ciphertext)])
    key = _VERSION + encoded([(1, id_), (2, _FIRST), (3, chain), (4, _CURVE + signer.public)])
    return key, message + signer.sign(message)
