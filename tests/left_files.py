"""What is left of files: below a folder, and open in this process."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def left_in(folder: Path) -> list[Path]:
    """Every file below it, and every one that this process has open there."""
    opened: list[Path] = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # of the listing itself
            opened.append(descriptor.readlink())
    return [path for path in folder.rglob("*") if path.is_file()] + [
        path for path in opened if path.is_relative_to(folder)
    ]
