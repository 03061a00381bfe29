"""What a session keeps on this disk."""

from __future__ import annotations

import shutil
from pathlib import Path

DATABASE = "whatsapp.db"
"""The library's auth database, in the session's folder."""
KEY_FILE = "message-secret.key"


def delete(path: Path) -> None:
    """Delete a folder with all that is in it, or a SQLite database with its `-wal` and `-shm`. May be repeated."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink(missing_ok=True)
