"""Archives of the project's own, on every Python that is supported."""

from __future__ import annotations

import tarfile
from pathlib import Path


def unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Write everything in it to the folder. Debian 12's Python (3.11.2) has no filters yet; they came with 3.11.4."""
    if hasattr(tarfile, "data_filter"):
        tar.extractall(folder, filter="data")
    else:
        tar.extractall(folder)  # noqa: S202 - what we packed ourselves
