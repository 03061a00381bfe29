"""AES and HKDF, loaded when something is first encrypted: 7 MB and 70 ms that many processes never need."""

from __future__ import annotations

from typing import Protocol

NONCE_LENGTH = 12
"""Bytes of AES-GCM's nonce."""


class NotOpened(ValueError):  # noqa: N818 - it says what is
    """What was encrypted was changed since, or with another key, or about something else."""


class Decryptor(Protocol):
    """What decrypts a stream."""

    def update(self, data: bytes, /) -> bytes:
        """What of it is plain by now."""
        ...


def derived(secret: bytes, length: int, info: bytes) -> bytes:
    """A key of so many bytes for one use of a secret: HKDF-SHA256 without a salt."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - see above; the same below
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(SHA256(), length, None, info).derive(secret)


def encrypted(key: bytes, nonce: bytes, plain: bytes, about: bytes | None) -> bytes:
    """AES-GCM: the content and its tag, which also covers what it is about."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    return AESGCM(key).encrypt(nonce, plain, about)


def decrypted(key: bytes, nonce: bytes, content: bytes, about: bytes | None) -> bytes:
    """What `encrypted` was given. Raises NotOpened."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    try:
        return AESGCM(key).decrypt(nonce, content, about)
    except (InvalidTag, ValueError) as error:  # the latter for what is too short
        raise NotOpened("it was changed, or encrypted with another key, or about something else") from error


def cbc_decryptor(key: bytes, iv: bytes) -> Decryptor:
    """Decrypts AES-CBC as it comes; the padding is left."""
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.modes import CBC  # noqa: PLC0415

    return Cipher(AES(key), CBC(iv)).decryptor()
