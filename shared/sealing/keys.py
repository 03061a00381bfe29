"""The keys that encrypt secrets: from the setting, else from a file of the data folder, which is made when missing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from shared.durable import make_once

LEAST_LENGTH = 32
"""Characters of a key."""


@dataclass(frozen=True, slots=True)
class SealingKey:
    """One of them."""

    text: str = field(repr=False)

    @property
    def id(self) -> str:
        """What a sealed text calls it: 32 bits of a hash, which say nothing of a text that cannot be guessed."""
        return sha256(b"wagate sealing key\0" + self.text.encode()).hexdigest()[:8]


def keys_in(setting: str) -> tuple[SealingKey, ...]:
    """The keys of `WAGATE_SECRETS_KEY`, or of the file: several with commas, of which the first seals.

    Raises ValueError, in words without the text.
    """
    texts = [text.strip() for text in setting.split(",") if text.strip()]
    if not texts or min(map(len, texts)) < LEAST_LENGTH:
        raise ValueError(
            f"a key has fewer than {LEAST_LENGTH} characters. Make one with 'openssl rand -hex 32'; separate "
            "several keys by commas"
        )
    return tuple(map(SealingKey, texts))


def keys_of(setting: str | None, file: Path | None) -> tuple[SealingKey, ...]:
    """Those that are set, then those of the file: what was sealed before there was a setting opens as well.

    Without a setting the file is made where it is missing. None of both: there is no key.

    Raises:
        ValueError: the file holds no key.
        OSError: it cannot be read or made.
    """
    keys = keys_in(setting) if setting else ()
    if file is None:
        return keys
    if not keys:
        return keys_in(make_once(file, secrets.token_hex(LEAST_LENGTH).encode()).decode())
    try:
        return keys + keys_in(file.read_text())
    except FileNotFoundError:
        return keys
