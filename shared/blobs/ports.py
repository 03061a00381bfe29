"""The port to objects: auth snapshots, media."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class PreconditionFailed(Exception):  # noqa: N818 - the name HTTP and S3 give it
    """The object is not (or no longer) what the writer thought: somebody else wrote it."""


@dataclass(frozen=True, slots=True)
class Blob:
    """An object's bytes and the version tag to compare by."""

    body: bytes
    etag: str


class Blobs(Protocol):
    """Objects by key: S3, or a folder. Keys are `/`-separated segments of letters, digits, `.`, `_`, `-`."""

    async def get(self, key: str) -> Blob | None:
        """The object, or None."""
        ...

    async def put(self, key: str, body: bytes, *, if_match: str | None = None, if_absent: bool = False) -> str:
        """Write an object whole or not at all; its new etag.

        Raises:
            PreconditionFailed: `if_match` is not its etag, or `if_absent` and it is there.
        """
        ...

    async def delete(self, key: str) -> None:
        """Remove an object. May be repeated."""
        ...

    async def list(self, prefix: str) -> list[str]:
        """Keys that begin with the prefix, sorted."""
        ...
