"""Data folders in which nothing can be kept, or in which something is lost."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from shared.adapters.sqlite.database import Database
from tests.cli.checks.broken.conftest import Doctor


def mounted(folder: Path, options: str) -> None:
    """Put a file system of its own on a folder; skips where only root could."""
    mounting = ["mount", "-t", "tmpfs", "-o", options, "wagate-test", str(folder)]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root only")


@pytest.fixture
def disk(folder: Path) -> Generator[Path]:
    """The data folder, which is unmounted at the end if something was mounted on it."""
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)


@pytest.mark.broken("The disk is full", "disk space", "MiB free on the disk of", "Free some space")
def test_a_full_disk(doctor: Doctor, disk: Path) -> None:
    """With less room than a session needs."""
    mounted(disk, "size=20m,mode=700")
    doctor.finds()


@pytest.mark.broken("The data folder is read-only", "data folder", "Read-only file system", "Mount it writable")
def test_a_read_only_folder(doctor: Doctor, disk: Path) -> None:
    """Its rights are those of its owner, and do not help."""
    mounted(disk, "size=200m,mode=700,ro")
    doctor.finds()


@pytest.mark.broken("The data folder is another user's", "data folder", "belongs to the user 12345", "chown -R $USER")
def test_a_folder_of_somebody_else(doctor: Doctor, folder: Path) -> None:
    """Root can write there, and the gateway's user then cannot open what root wrote."""
    try:
        os.chown(folder, 12345, 12345)
    except PermissionError:
        pytest.skip("a folder can be given away by root only")
    doctor.finds()


@pytest.mark.broken("The data folder is a file", "data folder", "is a file", "--data")
def test_a_folder_that_is_a_file(doctor: Doctor) -> None:
    """A volume that Docker was given a file for."""
    doctor.data.write_text("")
    doctor.finds()


@pytest.mark.broken("Others may open the data folder", "permissions", "Others on this machine", "chmod go-rwx",
    state="warn")  # fmt: skip
def test_an_open_folder(doctor: Doctor, folder: Path) -> None:
    """What logs numbers in is in it."""
    folder.chmod(0o755)
    doctor.finds()


@pytest.mark.broken("The database is damaged", "database", "is damaged", "docs/backup.md")
def test_a_damaged_database(doctor: Doctor, folder: Path) -> None:
    """It is left as it is."""
    (folder / "wagate.db").write_bytes(b"this is no database" * 500)
    doctor.finds()


@pytest.mark.broken("The database is of a newer version", "database", "made by a newer wagate", "Install that version")
def test_a_database_of_a_newer_version(doctor: Doctor, folder: Path) -> None:
    """After a way back to a version that its tables do not allow."""

    async def make() -> None:
        await (await Database.open(folder / "wagate.db")).close()

    asyncio.run(make())
    with closing(sqlite3.connect(folder / "wagate.db")) as rows, rows:
        rows.execute("INSERT INTO schema_version (version, applied_at) VALUES (999, 0)")
        rows.execute("PRAGMA user_version = 999")
    doctor.finds()


@pytest.mark.broken("The key of the snapshots is lost", "auth.key", "auth.key", "WAGATE_AUTH_KEY")
def test_a_lost_key_of_snapshots(doctor: Doctor, folder: Path) -> None:
    """Without it no session could be brought back from its snapshot."""
    snapshot = folder / "blobs" / "auth+" / "ses_1+" / "1-1"
    snapshot.parent.mkdir(parents=True)
    snapshot.write_bytes(b"WGA1")
    doctor.finds()


@pytest.mark.broken("The key of the secrets is cut short", "secrets.key", "cannot be used", "backup")
def test_a_key_of_secrets_that_is_cut_short(doctor: Doctor, folder: Path) -> None:
    """It is not shown."""
    (folder / "secrets.key").write_text("cut-it-is")
    assert "cut-it-is" not in str(doctor.finds())
