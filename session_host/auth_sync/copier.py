"""`python -m session_host.auth_sync.copier`: copies auth folders for a shard and tends them, in a process of its own.

A process of its own because the library's SQLite and Python's must not have one database open in one process: the
locks of POSIX belong to a process, not to a library in it (docs/adr/0011).

A request is a line of JSON, `{"folder": PATH}`, with `"prune": [MAX_AGE, MOST, NOW]` when secrets are to be removed
(`pruning`), or `"note": true` when notes are to be kept there (`unencrypted`, `unsettled`). With `"seal": [KEY, NAME]`
the copy is encrypted under that name, and with `"known": SHA256` left out when it is the same. The answer is a line of
JSON and then as many bytes as it says: `{"sha256", "size", "bytes"}` and the compressed bundle, or `{"removed"}`, or
nothing, or `{"error", "damaged"}`. It ends when its input ends.

It encrypts as well, since it is here for seconds and a shard for weeks: what encrypts takes 7 MB.
"""

from __future__ import annotations

import base64
import hashlib
import json
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from session_host.auth_sync.bundle import compress, pack
from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.errors import Damaged
from session_host.auth_sync.pruning import Kept, prune
from session_host.auth_sync.unencrypted import UNENCRYPTED
from session_host.auth_sync.unsettled import UNSETTLED
from session_host.disk.session_files import DATABASE, KEY_FILE

_BUSY = 5.0
"""Seconds a checkpoint or a recovery may keep a reader out."""


def main() -> None:
    """Answer requests until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # both reach the whole group, and the shard takes last snapshots then
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each line."""
    for line in requests:
        body = b""
        try:
            body, answer = _do(json.loads(line))
        except (OSError, sqlite3.Error, Damaged) as error:
            answer = {"error": f"{type(error).__name__}: {error}", "damaged": _is_damage(error)}
        answers.write(json.dumps(answer | {"bytes": len(body)}).encode() + b"\n" + body)
        answers.flush()


def _do(request: dict[str, Any]) -> tuple[bytes, dict[str, object]]:
    folder = Path(request["folder"])
    if "note" in request:
        for note in (UNENCRYPTED, UNSETTLED):
            note.keep(folder / DATABASE)
        return b"", {}
    if "prune" in request:
        max_age, most, now = request["prune"]
        return b"", {"removed": prune(folder / DATABASE, Kept(max_age, most), now)}
    bundle, said = copy_of(folder)
    if said["sha256"] == request.get("known"):
        return b"", said
    body = compress(bundle)
    if "seal" in request:
        key, name = request["seal"]
        body = AuthCipher(base64.b64decode(key)).seal(body, name)
    return body, said


def copy_of(folder: Path) -> tuple[bytes, dict[str, object]]:
    """The plain bundle of an auth folder, and what is said of it.

    Raises:
        Damaged: the copy of the database does not verify.
        sqlite3.Error: it cannot be copied.
        OSError: a file cannot be read.
    """
    files: dict[str, bytes] = {}
    if (folder / DATABASE).exists():
        files[DATABASE] = _database(folder / DATABASE)
    if (folder / KEY_FILE).exists():
        files[KEY_FILE] = (folder / KEY_FILE).read_bytes()
    bundle = pack(files)
    return bundle, {"sha256": hashlib.sha256(bundle).hexdigest(), "size": len(bundle)}


def _database(path: Path) -> bytes:
    """A database's content in one moment, verified, while others write it."""
    source = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=_BUSY)
    with closing(source), closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)  # all pages in one step: under one read transaction
        check(copy)
        return copy.serialize()


def check(database: sqlite3.Connection) -> None:
    """Raises Damaged when SQLite finds a fault in it."""
    found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise Damaged(f"the database is damaged: {'; '.join(found)}")


def _is_damage(error: Exception) -> bool:
    return isinstance(error, Damaged) or (
        isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
    )


if __name__ == "__main__":
    main()
