"""Opens what is sealed with the secret of the message it is about (`secretEncryptedMessage`).

The key is HKDF-SHA256 over that message's secret, with its id, its author, who changes it, and the use as the info;
the cipher AES-256-GCM. Authors are named by LID or by number, and phones mix them: every way is tried, and the tag of
the cipher tells the right one. Run between two real clients; the use's name is WhatsApp's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import product
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.message import DecodeError

from session_host.whatsapp.library.neonize_client import E2eMessage, MessageKinds

_USES = {MessageKinds.SEALED_EDIT: b"Message Edit", MessageKinds.SEALED_EVENT_EDIT: b"Event Edit"}
_KEY_LENGTH, _IV_LENGTH = 32, 12


def target_of(raw: bytes) -> str | None:
    """The id of the message that a sealed edit is about; None when it is no sealed edit."""
    sealed = E2eMessage.FromString(raw).secretEncryptedMessage
    return sealed.targetMessageKey.ID if sealed.secretEncType in _USES else None


def opened(raw: bytes, secrets: Iterable[bytes], people: Collection[str]) -> Any:  # noqa: ANN401 - a protobuf
    """The message in a sealed edit, None when nothing opens it.

    Args:
        raw: the sealed message.
        secrets: those that may be of the message it is about.
        people: addresses (`user@server`) of who may have written both.
    """
    sealed = E2eMessage.FromString(raw).secretEncryptedMessage
    use = _USES.get(sealed.secretEncType)
    if use is None or len(sealed.encIV) != _IV_LENGTH:
        return None
    for secret, author, modifier in product(secrets, people, people):
        info = sealed.targetMessageKey.ID.encode() + author.encode() + modifier.encode() + use
        key = HKDF(SHA256(), _KEY_LENGTH, None, info).derive(secret)
        try:
            return E2eMessage.FromString(AESGCM(key).decrypt(sealed.encIV, sealed.encPayload, None))
        except (InvalidTag, DecodeError):
            continue
    return None
