"""Encryption of what leaves this host."""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path

from session_host.auth_sync.errors import Damaged
from shared.durable import make_once
from shared.encryption import NONCE_LENGTH, NotOpened, decrypted, encrypted

_KEY_LENGTH = 32
_HEADER = b"WGA1"


class BadKey(ValueError):  # noqa: N818 - it says what is
    """What is given as the key is none; says where it comes from."""


class AuthCipher:
    """AES-256-GCM with one key that every host is given: header, random nonce, ciphertext and tag."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes."""
        self.key = key

    def seal(self, plain: bytes, name: str) -> bytes:
        """The encrypted object of that name."""
        nonce = secrets.token_bytes(NONCE_LENGTH)  # at random 2**32 objects are safe with one key
        return _HEADER + nonce + encrypted(self.key, nonce, plain, name.encode())

    def unseal(self, sealed: bytes, name: str) -> bytes:
        """What was sealed under that name. Raises Damaged when it is not whole, of another name or another key."""
        start = len(_HEADER) + NONCE_LENGTH
        if not sealed.startswith(_HEADER):
            raise Damaged(f"{name} is no snapshot of this version")
        try:
            return decrypted(self.key, sealed[len(_HEADER) : start], sealed[start:], name.encode())
        except NotOpened as error:
            raise Damaged(
                f"{name} cannot be decrypted: it is damaged, or was encrypted with another WAGATE_AUTH_KEY"
            ) from error


def key_of(setting: str | None, path: Path) -> bytes:
    """The key from the setting (base64), else from the file, which is made (mode 0600) when missing.

    Only where nothing was encrypted yet may it be made: `lost_key` says what else there is.

    Raises:
        BadKey: it is not 32 bytes.
        OSError: the file cannot be read or made.
    """
    if setting:
        try:
            key = base64.b64decode(setting, validate=True)
        except binascii.Error as error:
            raise BadKey("WAGATE_AUTH_KEY is not base64.") from error
        return _checked(key, "WAGATE_AUTH_KEY")
    return _checked(make_once(path, secrets.token_bytes(_KEY_LENGTH)), str(path))


def lost_key(path: Path) -> BadKey:
    """What to say when the key file is gone and there are snapshots that it encrypts: a new key opens none of them."""
    return BadKey(
        f"The key {path} is gone, and there are snapshots of sessions that only it opens. Put it back from a backup, "
        "or set WAGATE_AUTH_KEY to it in base64. If it is lost for good, move the folder 'blobs/auth+' beside it away: "
        "sessions go on with what is in the folder 'auth', and those that are not there have to be paired anew."
    )


def _checked(key: bytes, source: str) -> bytes:
    if len(key) != _KEY_LENGTH:
        raise BadKey(f"The key in {source} has {len(key)} bytes, not {_KEY_LENGTH}.")
    return key
