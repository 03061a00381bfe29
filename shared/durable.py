"""Files and folders that survive a power cut: on disk when a function here returns. Each raises OSError."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, for their owner only, where missing."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def write_durably(path: Path, *content: bytes) -> None:
    """Write a file (mode 0600), of these parts, in the place of another at once; its folder is made where missing."""
    make_folder(path.parent)
    unfinished = path.with_name(f"{path.name}.new")
    _write(unfinished, content, os.O_TRUNC)
    replace_durably(unfinished, path)


def write_new(folder: Path, content: bytes) -> Path:
    """A new file (mode 0600) of that folder, under a name of its own. The folder may forget it in a power cut."""
    path = folder / secrets.token_hex(16)
    _write(path, (content,), os.O_EXCL)
    return path


def make_once(path: Path, content: bytes) -> bytes:
    """What is in a file (mode 0600); where it is missing it is made with this content. Of several at once, one wins."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        make_folder(path.parent)
    mine = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        _write(mine, (content,), os.O_EXCL)
        path.hardlink_to(mine)  # whole, or not at all
    except FileExistsError:
        pass
    finally:
        mine.unlink(missing_ok=True)
    sync_folder(path.parent)
    return path.read_bytes()


def replace_durably(new: Path, path: Path) -> None:
    """Put a file in another's place at once."""
    new.replace(path)
    sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file; it does not come back. Raises FileNotFoundError."""
    path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was made, renamed or removed in a folder survive."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: Iterable[bytes], how: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o600), "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
