"""`python -m session_host.backup FOLDER`: one archive of everything that a gateway on one machine cannot do without.

Taken while the gateway runs: a copy of the database at one moment, snapshots of what logs sessions in, the keys. Put
into an empty data folder it is the gateway of that moment; sessions go on without a new QR code (docs/backup.md).
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path

from shared.settings import StoreSettings

_NAME = "wagate-%Y%m%dT%H%M%SZ.tar.gz"
_ARCHIVES = "wagate-*.tar.gz"
_DATABASE = "wagate.db"
_FILES = ("auth.key", "secrets.key", "admin-key", "host-id", "kind")
_BLOBS = "blobs"


class NoGateway(Exception):  # noqa: N818 - it says what is known
    """There is no data of a gateway in that folder."""


def backup(data: Path, folder: Path) -> Path:
    """Write an archive into a folder, which is made; its path. Nobody but its owner may read it: it holds keys.

    Raises:
        NoGateway: see there.
        OSError: it could not be written; nothing of it stays.
        sqlite3.Error: the database cannot be read, or its copy does not verify.
    """
    if not (data / _DATABASE).is_file():
        raise NoGateway(f"{data.resolve()} holds no {_DATABASE}: name the data folder with WAGATE_DATA_DIR.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    archive = folder / time.strftime(_NAME, time.gmtime())
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as place:
        copy, unfinished = Path(place) / _DATABASE, Path(place) / archive.name
        _copy(data / _DATABASE, copy)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
                tar.add(copy, _DATABASE)
                for name in _FILES:
                    if (data / name).exists():
                        tar.add(data / name, name)
                _add_blobs(tar, data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(archive)
    return archive


def keep(folder: Path, count: int) -> None:
    """Remove all archives but the newest."""
    for old in sorted(folder.glob(_ARCHIVES))[:-count]:
        old.unlink()


def _copy(database: Path, copy: Path) -> None:
    with (
        closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as running,
        closing(sqlite3.connect(copy)) as copied,
    ):
        running.backup(copied)
        (verdict,) = copied.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(f"the copy of {database} does not verify: {verdict}")


def _add_blobs(tar: tarfile.TarFile, data: Path) -> None:
    """What is replaced or removed meanwhile is left out: a snapshot's predecessor does as well."""
    for path in sorted((data / _BLOBS).rglob("*")):
        if path.is_file():
            try:
                tar.add(path, path.relative_to(data).as_posix())
            except FileNotFoundError:
                continue


def main() -> None:
    """Make one, and say where it is; exits with 1 and a sentence when there is nothing to copy."""
    parser = argparse.ArgumentParser(prog="python -m session_host.backup", description=__doc__)
    parser.add_argument("folder", type=Path, help="where archives are kept")
    parser.add_argument("--keep", type=int, help="remove all archives but so many")
    given = parser.parse_args()
    try:
        archive = backup(StoreSettings().data_dir, given.folder)
    except (NoGateway, OSError, sqlite3.Error) as error:
        sys.exit(f"No backup was made: {error}")
    if given.keep:
        keep(given.folder, given.keep)
    sys.stdout.write(f"{archive}\n")


if __name__ == "__main__":
    main()
