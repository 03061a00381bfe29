"""What a session keeps on this disk."""

from __future__ import annotations

import shutil
from pathlib import Path

DATABASE = "whatsapp.db"
"""The library's auth database, in the session's folder."""
KEY_FILE = "message-secret.key"


def delete_folder(path: Path) -> None:
    """Delete a folder with all that is in it. May be repeated."""
    if path.exists():
        shutil.rmtree(path)


def delete_file(path: Path) -> None:
    """Delete a file, of a SQLite database its `-wal` and `-shm` too. May be repeated."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink(missing_ok=True)
