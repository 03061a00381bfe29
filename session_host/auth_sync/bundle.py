"""A session's auth folder as one file: a tar of what logs it in, the same bytes for the same content."""

from __future__ import annotations

import io
from collections.abc import Mapping

import zstandard

from session_host.auth_sync.errors import Damaged
from session_host.disk.session_files import DATABASE, KEY_FILE

LARGEST = 1 << 30
"""Bytes of a plain bundle; more is not one (a database is about 220 kB after pairing)."""
_LEVEL = 3
_NAMES = (DATABASE, KEY_FILE)


def pack(files: Mapping[str, bytes]) -> bytes:
    """The plain bundle of these files, by name."""
    import tarfile  # noqa: PLC0415 - a shard unpacks one seldom, and its copier packs

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in _NAMES:
            if name in files:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(files[name]), 0o600
                tar.addfile(entry, io.BytesIO(files[name]))
    return packed.getvalue()


def unpack(bundle: bytes) -> dict[str, bytes]:
    """The files of a plain bundle, by name; nothing else is taken out of it. Raises Damaged."""
    import tarfile  # noqa: PLC0415 - see `pack`

    try:
        with tarfile.open(fileobj=io.BytesIO(bundle), mode="r:") as tar:
            return {
                entry.name: content.read()
                for entry in tar
                if entry.name in _NAMES and (content := tar.extractfile(entry)) is not None
            }
    except tarfile.TarError as error:
        raise Damaged(f"a bundle cannot be read: {error}") from error


def compress(bundle: bytes) -> bytes:
    """With zstd; its size is kept in it."""
    return zstandard.ZstdCompressor(level=_LEVEL).compress(bundle)


def decompress(compressed: bytes, largest: int = LARGEST) -> bytes:
    """The plain bundle, of at most so many bytes. Raises Damaged."""
    try:
        size = zstandard.frame_content_size(compressed)
        if not 0 <= size <= largest:
            raise Damaged(f"a bundle of {size} bytes is not one of ours")
        return zstandard.ZstdDecompressor().decompress(compressed)
    except zstandard.ZstdError as error:
        raise Damaged(f"a bundle cannot be decompressed: {error}") from error
