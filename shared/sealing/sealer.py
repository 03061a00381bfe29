"""Secrets at rest: what a key gives the gateway to use later, encrypted before it comes into a row."""

from __future__ import annotations

import base64
import re
import secrets
from functools import cached_property
from pathlib import Path

from shared.encryption import NONCE_LENGTH, decrypted, derived, encrypted
from shared.errors import SecretsKeyMissing, SecretUnreadable
from shared.sealing.keys import SealingKey, keys_of

_KEY_LENGTH = 32
_SEALED = re.compile(r"sealed\.1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)")


class Sealer:
    """AES-256-GCM with a key that HKDF-SHA256 makes of a text. Loads nothing, and makes no file, before it is used."""

    def __init__(self, secrets_key: str | None, file: Path | None) -> None:
        """`secrets_key`: WAGATE_SECRETS_KEY; without it the key is in the file, and without both there is none."""
        self._setting = secrets_key
        self._file = file

    def seal(self, plain: bytes, about: str) -> str:
        """The encrypted text: letters, digits, '.', '_' and '-'.

        `about` says what it is and whose, by what never changes. Under another one it does not open.

        Raises:
            SecretsKeyMissing: see there.
        """
        if not self._keys:
            raise SecretsKeyMissing
        key = self._keys[0]
        nonce = secrets.token_bytes(NONCE_LENGTH)  # at random 2**32 texts are safe with one key
        sealed = nonce + encrypted(_key_of(key), nonce, plain, about.encode())
        return f"sealed.1.{key.id}.{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"

    def open(self, sealed: str, about: str) -> bytes:
        """What was sealed about that.

        Raises:
            SecretsKeyMissing: see there.
            SecretUnreadable: by another key, about something else, or changed since.
        """
        if not self._keys:
            raise SecretsKeyMissing
        if (said := _SEALED.fullmatch(sealed)) is None:
            raise SecretUnreadable(inside="it is no sealed text of this version")
        key = next((key for key in self._keys if key.id == said[1]), None)
        if key is None:
            raise SecretUnreadable(inside=f"it was encrypted with the key {said[1]}, which is not here")
        return _opened(key, said[2], about)

    @cached_property
    def _keys(self) -> tuple[SealingKey, ...]:
        try:
            return keys_of(self._setting, self._file)
        except (OSError, ValueError) as error:
            raise SecretsKeyMissing(
                (
                    "The file with the key that encrypts secrets cannot be used. Whoever runs the gateway can ask "
                    "'wagate doctor'."
                ),
                inside=error,
            ) from error


def key_ids_in(text: str) -> set[str]:
    """The ids of the keys that the sealed texts in a text need."""
    return {found[1] for found in _SEALED.finditer(text)}


def _opened(key: SealingKey, sealed: str, about: str) -> bytes:
    try:
        content = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return decrypted(_key_of(key), content[:NONCE_LENGTH], content[NONCE_LENGTH:], about.encode())
    except ValueError as error:  # NotOpened, or no base64
        raise SecretUnreadable(inside="it was changed, or is about something else") from error


def _key_of(key: SealingKey) -> bytes:
    return derived(key.text.encode(), _KEY_LENGTH, b"wagate secrets 1")
