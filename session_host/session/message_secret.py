"""Message secrets, derived from commands.

Each outgoing message carries one, so that the library's log of secrets tells after a crash whether the message's
frame was ever written (`docs/neonize.md`, Sending).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Self

from shared.durable import write_durably

_KEY_LENGTH = 32


class MessageSecrets:
    """Derives secrets with the random key of one session, kept beside its auth database."""

    def __init__(self, key: bytes) -> None:
        # Of a copy: `hmac.digest` gives the interpreter away, to threads that wait for it, and takes longer by itself.
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the key, or make and keep a new one (mode 0600)."""
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = b""
        if len(key) != _KEY_LENGTH:
            key = secrets.token_bytes(_KEY_LENGTH)
            write_durably(path, key)
        return cls(key)

    def of(self, message_id: str) -> bytes:
        """The 32 bytes of a message: HMAC-SHA256 of its id under the session's key."""
        keyed = self._keyed.copy()
        keyed.update(message_id.encode())
        return keyed.digest()
