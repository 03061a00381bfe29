"""A file as it goes out: made ready for WhatsApp, and uploaded there."""

from __future__ import annotations

from dataclasses import dataclass

from session_host.media.orders import Prepared


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Where WhatsApp has the bytes, and what opens them: nothing where they are not encrypted, as in newsletters."""

    url: str
    direct_path: str
    media_key: bytes
    file_sha256: bytes
    file_enc_sha256: bytes
    size: int
    """Bytes, decrypted."""
    at: int
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Ready:
    """All that a message says of its file."""

    prepared: Prepared
    uploaded: Uploaded
