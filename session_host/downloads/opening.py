"""Decrypts a file while it comes, and says at its end whether it is the one its message is about.

Its keys are derived from the message's media key (HKDF-SHA256): AES-256-CBC with PKCS7, then ten bytes of an
HMAC-SHA256 over IV and ciphertext. Three things have to be right: the hash of all that came, the HMAC, and the hash of
the file. That alone has to be right of a file in a newsletter, which is not encrypted.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from session_host.downloads.errors import Corrupt
from session_host.whatsapp.content.files import FileOnWhatsApp
from shared.encryption import cbc_decryptor, derived

_KEYS, _IV_ENDS, _CIPHER_ENDS, _MAC_ENDS = 112, 16, 48, 80
_MAC, _BLOCK = 10, 16


def opening_of(file: FileOnWhatsApp) -> Opening | Plain:
    """What reads this file."""
    return Opening(file) if file.key else Plain(file)


class Plain:
    """One file that is not encrypted."""

    def __init__(self, file: FileOnWhatsApp) -> None:
        self._file = file
        self._came = sha256()
        self._length = 0

    def feed(self, data: bytes) -> bytes:
        """The same. Raises Corrupt."""
        self._came.update(data)
        self._length += len(data)
        if self._length > self._file.size > 0:
            raise Corrupt("more comes than its message says")
        return data

    def finish(self) -> bytes:
        """Nothing more. Raises Corrupt."""
        if not hmac.compare_digest(self._came.digest(), self._file.sha256):
            raise Corrupt("it is not the file that the message is about")
        return b""


class Opening:
    """One file. A piece is held until the next one comes: the padding is in the last."""

    def __init__(self, file: FileOnWhatsApp) -> None:
        keys = derived(file.key, _KEYS, file.use)
        iv = keys[:_IV_ENDS]
        self._file = file
        self._cipher = cbc_decryptor(keys[_IV_ENDS:_CIPHER_ENDS], iv)
        self._mac = hmac.new(keys[_CIPHER_ENDS:_MAC_ENDS], iv, "sha256")
        self._came, self._plain = sha256(), sha256()
        self._held = self._last = b""
        self._length = 0

    def feed(self, data: bytes) -> bytes:
        """What of the file is certain by now, from more of what comes; perhaps nothing. Raises Corrupt."""
        self._came.update(data)
        self._held += data
        cut = (len(self._held) - _MAC) // _BLOCK * _BLOCK
        if cut <= 0:
            return b""
        block, self._held = self._held[:cut], self._held[cut:]
        self._mac.update(block)
        self._length += len(block)
        if self._length - _BLOCK > self._file.size > 0:
            raise Corrupt("more comes than its message says")
        certain, self._last = self._last, self._cipher.update(block)
        self._plain.update(certain)
        return certain

    def finish(self) -> bytes:
        """The last of the file. Raises Corrupt."""
        padding = self._last[-1] if self._last else 0
        if not 0 < padding <= _BLOCK:
            raise Corrupt("its end is missing")
        rest = self._last[:-padding]
        self._plain.update(rest)
        checks = (
            hmac.compare_digest(self._came.digest(), self._file.enc_sha256),
            hmac.compare_digest(self._mac.digest()[:_MAC], self._held),
            hmac.compare_digest(self._plain.digest(), self._file.sha256),
        )
        if not all(checks):
            raise Corrupt("it is not the file that the message is about")
        return rest
