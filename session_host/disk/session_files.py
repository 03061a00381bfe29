"""What a session keeps on this disk."""

from __future__ import annotations

import errno
import shutil
import time
from pathlib import Path

DATABASE = "whatsapp.db"
"""The library's auth database, in the session's folder."""
KEY_FILE = "message-secret.key"

_TRIES, _TRY_AGAIN = 20, 0.05
"""How often a folder is deleted in which files come and go, and the seconds between."""


def delete_folder(path: Path) -> None:
    """Delete a folder with all that is in it. May be repeated.

    Others may be about to end in there, such as who copies a database of SQLite, which makes files beside it and
    removes them: what came meanwhile is deleted as well, and what went is no failure. Blocks.
    """
    for tries_left in reversed(range(_TRIES)):
        if not path.exists():
            return
        try:
            shutil.rmtree(path)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.ENOENT} or not tries_left:
                raise
            time.sleep(_TRY_AGAIN)


def delete_file(path: Path) -> None:
    """Delete a file, of a SQLite database its `-wal` and `-shm` too. May be repeated."""
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink(missing_ok=True)
