"""What a phone still has of files that are gone from the servers, and how it says that it uploaded one again.

A linked device that finds a file gone asks its phone by a receipt of type `server-error`. Question and answer are
encrypted with a key made of the file's own, which the server is told by the control API.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.message import DecodeError

from sandbox.wire.protobufs import mms_retry

_INFO: Final = b"WhatsApp Media Retry Notification"
_IV: Final = 12
_CAPACITY: Final = 10_000


@dataclass(frozen=True, slots=True)
class PhoneCopy:
    """A file that a phone can upload again: the key it is encrypted with (32 bytes), and its name on the servers."""

    media_key: bytes
    token: str


class PhoneCopies:
    """By message, what phones have. The oldest are forgotten; nothing is kept over a restart."""

    def __init__(self) -> None:
        self._by_message: dict[str, PhoneCopy] = {}

    def add(self, message: str, copy: PhoneCopy) -> None:
        """Note that the phones which got this message still have its file."""
        self._by_message[message] = copy
        if len(self._by_message) > _CAPACITY:
            del self._by_message[next(iter(self._by_message))]

    def find(self, message: str) -> PhoneCopy | None:
        """Return what the phones have of a message, or None."""
        return self._by_message.get(message)


def is_question(media_key: bytes, message: str, ciphertext: bytes, iv: bytes) -> bool:
    """Tell whether this is the encrypted question for the file of a message."""
    try:
        plaintext = _cipher(media_key).decrypt(iv, ciphertext, message.encode())
        return mms_retry.ServerErrorReceipt.FromString(plaintext).stanzaID == message
    except (InvalidTag, ValueError, DecodeError):
        return False


def answer(media_key: bytes, message: str, direct_path: str) -> tuple[bytes, bytes]:
    """Return the phone's encrypted answer that a file is there again, and the answer's nonce."""
    notification = mms_retry.MediaRetryNotification(
        stanzaID=message, directPath=direct_path, result=mms_retry.MediaRetryNotification.SUCCESS
    )
    iv = os.urandom(_IV)
    return _cipher(media_key).encrypt(iv, notification.SerializeToString(), message.encode()), iv


def _cipher(media_key: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, _INFO).derive(media_key))
