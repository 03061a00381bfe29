"""The cryptography of pairing by an eight-letter code instead of a QR picture."""

from __future__ import annotations

import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sandbox.wire.xeddsa import IdentityKey

_ITERATIONS: Final = 2 << 16
_SALT: Final = 32
_IV: Final = 16
_NONCE: Final = 12
_KEY: Final = 32
_WRAPPED: Final = _SALT + _IV + _KEY
_BUNDLE_INFO: Final = b"link_code_pairing_key_bundle_encryption_key"


class CodeError(ValueError):
    """The code typed is not the one shown, or what the companion sent makes no sense."""


def wrap(code: str, public: bytes) -> bytes:
    """Return salt, IV and `public` encrypted under the code. Takes about 50 ms of CPU: keep it off the loop."""
    salt, iv = os.urandom(_SALT), os.urandom(_IV)
    return salt + iv + _crypt(code, salt, iv, public)


def unwrap(code: str, wrapped: bytes) -> bytes:
    """Return the public key in `wrapped`; a wrong code gives a wrong key. As slow as `wrap`.

    Raises:
        CodeError: `wrapped` has the wrong length.
    """
    if len(wrapped) != _WRAPPED:
        raise CodeError(f"a wrapped key has {len(wrapped)} bytes, not {_WRAPPED}")
    return _crypt(code, wrapped[:_SALT], wrapped[_SALT : _SALT + _IV], wrapped[_SALT + _IV :])


class PrimaryExchange:
    """The phone's half of the exchange, after the code was typed."""

    def __init__(self, code: str, wrapped_companion_key: bytes) -> None:
        ephemeral = X25519PrivateKey.generate()
        companion = unwrap(code, wrapped_companion_key)
        try:
            self._shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(companion))
        except ValueError as error:
            raise CodeError("the code is wrong") from error
        self.wrapped_key = wrap(code, ephemeral.public_key().public_bytes_raw())

    def finish(self, bundle: bytes, identity: IdentityKey) -> tuple[bytes, bytes]:
        """Return the companion's identity key and the secret (ADV) it now shares with the phone's `identity`.

        Raises:
            CodeError: The bundle does not decrypt, because another code was typed than was shown.
        """
        salt, nonce, ciphertext = bundle[:_SALT], bundle[_SALT : _SALT + _NONCE], bundle[_SALT + _NONCE :]
        key = HKDF(hashes.SHA256(), _KEY, salt, _BUNDLE_INFO).derive(self._shared)
        try:
            plaintext = AESGCM(key).decrypt(nonce, ciphertext, None)
        except (InvalidTag, ValueError) as error:
            raise CodeError("the code is wrong") from error
        companion, primary, random = plaintext[:_KEY], plaintext[_KEY : 2 * _KEY], plaintext[2 * _KEY :]
        if primary != identity.public:
            raise CodeError("the companion answers another phone")
        secret = self._shared + identity.exchange(companion) + random
        return companion, HKDF(hashes.SHA256(), _KEY, None, b"adv_secret").derive(secret)


def _crypt(code: str, salt: bytes, iv: bytes, data: bytes) -> bytes:
    key = hashlib.pbkdf2_hmac("sha256", code.encode(), salt, _ITERATIONS, _KEY)
    encryptor = Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor()
    return encryptor.update(data) + encryptor.finalize()
