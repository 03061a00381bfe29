"""Files that a phone leaves on the media servers for its linked devices: snapshots of settings, pieces of history."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

from sandbox.media.media_store import MediaStore
from sandbox.media.permits import Permits

SETTINGS: Final = ("md-app-state", b"WhatsApp App State Keys")
HISTORY: Final = ("md-msg-hist", b"WhatsApp History Keys")
_PHONE: Final = 0
_BLOCK_BITS: Final = 128


@dataclass(frozen=True, slots=True)
class PhoneFile:
    """Where such a file is, and what opens it. `size` is that of what is in it."""

    media_key: bytes
    path: str
    token: str
    size: int
    sha256: bytes
    encrypted_sha256: bytes


def left_by_phone(
    media: MediaStore, permits: Permits, number: str, content: bytes, kind: tuple[str, bytes]
) -> PhoneFile:
    """Encrypt a file and put it on the media servers; `kind` is SETTINGS or HISTORY."""
    type_, info = kind
    media_key = os.urandom(32)
    keys = HKDF(SHA256(), 112, None, info).derive(media_key)
    iv, cipher, mac = keys[:16], keys[16:48], keys[48:80]
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES(cipher), modes.CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()
    encrypted = ciphertext + hmac.digest(mac, iv + ciphertext, hashlib.sha256)[:10]
    upload = media.begin_upload(len(encrypted))
    upload.write(encrypted)
    upload.close()
    file = media.keep(upload, type_, (number, _PHONE))
    return PhoneFile(
        media_key,
        permits.direct_path(file.token),
        file.token,
        len(content),
        hashlib.sha256(content).digest(),
        hashlib.sha256(encrypted).digest(),
    )
