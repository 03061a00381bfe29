"""The part of the port to WhatsApp that is about files."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from session_host.whatsapp.content.ready import Uploaded


class NotUploaded(Exception):  # noqa: N818 - it says what is known
    """WhatsApp's media server did not take a file; `code` is what it answered, None when it did not."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class MediaClient(Protocol):
    """`session_host.whatsapp.client.WhatsAppClient`, as those see it who bring files."""

    async def upload(self, file: Path, size: int, kind: str, *, plain: bool = False) -> Uploaded:
        """Encrypt a file and bring it to WhatsApp's media server, within a deadline that depends on its size.

        Args:
            file: its bytes; to stay as it is until this returns.
            size: how many there are.
            kind: the `type` of its content.
            plain: whether it is not encrypted, as in newsletters.

        Raises:
            NotSent: there is no connection.
            NotUploaded: see there.
        """
        ...
