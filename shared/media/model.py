"""A file: an upload, what a message is sent with, what came with one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file. Times are milliseconds since 1970.

    The row is there before the bytes are, so that nothing is ever kept that no row leads to.
    """

    id: str
    key_id: str
    """The API key whose it is; nobody else gets to see it."""
    session_uid: str | None
    """Of what came with a message, and goes with its session."""
    mimetype: str
    """Its type, as its bytes show it."""
    size: int
    """Bytes; while it arrives, the room that is held for it."""
    sha256: str
    """Of its bytes, in hex; empty while it arrives."""
    file_name: str | None
    """The name that its sender gave it. It names nothing of ours."""
    created_at: int
    expires_at: int
    """When it is removed, unless it was told to stay longer."""
    ticket: str = ""
    """SHA-256 of the secret by which its bytes may be brought without an API key; empty when they may not."""

    @property
    def is_whole(self) -> bool:
        """Whether its bytes are there."""
        return bool(self.sha256)


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes that were written."""

    size: int
    sha256: str
    """In hex."""
