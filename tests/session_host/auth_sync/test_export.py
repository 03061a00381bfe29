"""A pairing as one file that a passphrase opens."""

import os
import sqlite3
from pathlib import Path

import pytest

from session_host.auth_sync.bundle import compress, pack
from session_host.auth_sync.export import is_paired, seal, unseal
from session_host.auth_sync.file_parts import LARGEST
from session_host.disk.session_files import DATABASE, KEY_FILE
from shared.errors import AuthFileInvalid, ExportTooLarge, SessionNotPaired

PASSPHRASE = "correct horse battery"  # noqa: S105 - of the tests


def database(path: Path, *, devices: int = 1, bytes_more: int = 0) -> bytes:
    connection = sqlite3.connect(path / "made.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE whatsmeow_device (jid TEXT, filler BLOB)")
    filler = os.urandom(bytes_more)
    connection.executemany("INSERT INTO whatsmeow_device VALUES ('a', ?)", [(filler,)] * devices)
    connection.commit()
    connection.close()
    return (path / "made.db").read_bytes()


def test_an_export_gives_the_files_back(tmp_path: Path) -> None:
    """Under its passphrase; nothing of the database can be read in it, and no two are the same."""
    files = {DATABASE: database(tmp_path), KEY_FILE: b"k" * 32}
    bundle = compress(pack(files))
    file = seal(bundle, PASSPHRASE)
    assert b"SQLite" not in file
    assert file.startswith(b"WAGATE-AUTH-1\n")
    assert unseal(file, PASSPHRASE) == files
    assert seal(bundle, PASSPHRASE) != file
    with pytest.raises(AuthFileInvalid, match="passphrase"):
        unseal(file, "another passphrase")


@pytest.mark.parametrize("position", [0, 20, 35, 60, -1])
def test_a_flipped_bit_is_found(position: int, tmp_path: Path) -> None:
    """Magic, salt, nonce, content, tag."""
    file = bytearray(seal(compress(pack({DATABASE: database(tmp_path)})), PASSPHRASE))
    file[position] ^= 1
    with pytest.raises(AuthFileInvalid):
        unseal(bytes(file), PASSPHRASE)


@pytest.mark.parametrize("rubbish", [b"", b"WAGATE-AUTH-1\n", b"rubbish" * 100])
def test_rubbish_is_no_export(rubbish: bytes) -> None:
    """Cut short, empty, or something else."""
    with pytest.raises(AuthFileInvalid):
        unseal(rubbish, PASSPHRASE)


def test_without_a_pairing_there_is_nothing_to_export(tmp_path: Path) -> None:
    """Neither without a database nor with one that holds no device."""
    with pytest.raises(SessionNotPaired):
        seal(compress(pack({KEY_FILE: b"k" * 32})), PASSPHRASE)
    with pytest.raises(SessionNotPaired):
        seal(compress(pack({DATABASE: database(tmp_path, devices=0)})), PASSPHRASE)
    assert not is_paired({DATABASE: b"rubbish" * 100})


def test_a_pairing_of_many_messages_is_exported(tmp_path: Path) -> None:
    """12,900 sends were too many, when a file had to fit into one message of NATS."""
    files = {DATABASE: database(tmp_path, bytes_more=3_000_000)}
    assert unseal(seal(compress(pack(files)), PASSPHRASE), PASSPHRASE) == files


def test_what_no_pairing_needs_is_not_exported(tmp_path: Path) -> None:
    """There is an end: the error says where."""
    bundle = compress(pack({DATABASE: database(tmp_path, bytes_more=LARGEST)}))
    with pytest.raises(ExportTooLarge) as raised:
        seal(bundle, PASSPHRASE)
    assert raised.value.details["limit"] == LARGEST
