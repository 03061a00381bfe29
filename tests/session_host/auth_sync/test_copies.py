"""Copies of auth folders, made by a process of their own."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from session_host.auth_sync.bundle import decompress, unpack
from session_host.auth_sync.cipher import AuthCipher
from session_host.auth_sync.copies import Copier, CopyFailed
from session_host.auth_sync.errors import Damaged
from session_host.disk.session_files import DATABASE, KEY_FILE

HAMMER = Path(__file__).parent / "hammer.py"


@pytest.fixture
async def copier() -> AsyncIterator[Copier]:
    running = Copier()
    yield running
    await running.close()


@contextmanager
def hammered(folder: Path) -> Iterator[None]:
    with subprocess.Popen([sys.executable, HAMMER, folder / DATABASE], stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            yield
        finally:
            writer.kill()


def small_database(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    database = sqlite3.connect(folder / DATABASE)
    database.execute("CREATE TABLE t (x BLOB)")
    database.executemany("INSERT INTO t VALUES (randomblob(2000))", [()] * 50)
    database.commit()
    database.close()


async def test_a_copy_is_whole_while_another_process_writes_hard(copier: Copier, tmp_path: Path) -> None:
    """Each copy is one moment between two transactions, however many pages and checkpoints go by; and time goes on."""
    with hammered(tmp_path):
        copies = [await copier.copy(tmp_path) for _ in range(30)]
    sums = []
    for number, copy in enumerate(copies):
        restored = tmp_path / f"{number}.db"
        restored.write_bytes(unpack(decompress(copy.bundle))[DATABASE])
        database = sqlite3.connect(restored)
        debit = database.execute("SELECT sum(amount) FROM debit").fetchone()[0]
        credit = database.execute("SELECT sum(amount) FROM credit").fetchone()[0]
        assert debit == credit
        sums.append(debit)
        database.close()
    assert sums == sorted(sums)
    assert len(set(sums)) > 10, "the writer wrote between the copies"


async def test_the_same_content_gives_the_same_bundle(copier: Copier, tmp_path: Path) -> None:
    """What did not change has the same hash, and both files are in the bundle."""
    small_database(tmp_path)
    (tmp_path / KEY_FILE).write_bytes(b"k" * 32)
    first, second = await copier.copy(tmp_path), await copier.copy(tmp_path)
    assert first == second
    assert unpack(decompress(first.bundle)).keys() == {DATABASE, KEY_FILE}
    assert unpack(decompress(first.bundle))[KEY_FILE] == b"k" * 32


async def test_a_folder_without_a_database_is_an_empty_bundle(copier: Copier, tmp_path: Path) -> None:
    """A session that was logged out has nothing to keep."""
    assert unpack(decompress((await copier.copy(tmp_path)).bundle)) == {}


async def test_a_sealed_copy_is_left_out_when_it_is_known(copier: Copier, tmp_path: Path) -> None:
    """It opens under its name and holds what a plain one does; nothing comes when it holds what is known."""
    small_database(tmp_path)
    cipher = AuthCipher(bytes(32))
    plain = await copier.copy(tmp_path)
    sealed = await copier.sealed(tmp_path, cipher, "auth/ses_1/1-1", known=None)
    assert sealed is not None
    assert cipher.unseal(sealed.bundle, "auth/ses_1/1-1") == plain.bundle
    assert (sealed.sha256, sealed.size) == (plain.sha256, plain.size)
    assert await copier.sealed(tmp_path, cipher, "auth/ses_1/1-2", known=plain.sha256) is None


async def test_a_damaged_database_is_not_copied(copier: Copier, tmp_path: Path) -> None:
    """A page overwritten with rubbish is found; the copier goes on working."""
    small_database(tmp_path)
    with (tmp_path / DATABASE).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096)
    with pytest.raises(Damaged):
        await copier.copy(tmp_path)
    pid = copier.pid
    (tmp_path / DATABASE).unlink()
    await copier.copy(tmp_path)
    assert copier.pid == pid


async def test_a_copier_that_died_is_started_again(copier: Copier, tmp_path: Path) -> None:
    """The copy it was asked for may fail; the next does not."""
    small_database(tmp_path)
    await copier.copy(tmp_path)
    first = copier.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    try:
        await copier.copy(tmp_path)
    except CopyFailed:
        await copier.copy(tmp_path)
    assert copier.pid != first


async def test_a_copier_that_hangs_is_killed(tmp_path: Path) -> None:
    """A request has a deadline; after it there is a fresh copier."""
    small_database(tmp_path)
    copier = Copier()
    await copier.copy(tmp_path)
    hung = copier.pid
    assert hung is not None
    os.kill(hung, signal.SIGSTOP)
    with pytest.MonkeyPatch.context() as patch:  # the others may take as long as ever
        patch.setattr(copier, "_answer_within", 1.0)
        with pytest.raises(CopyFailed, match="did not answer"):
            await copier.copy(tmp_path)
    await copier.copy(tmp_path)
    assert copier.pid != hung
    await copier.close()
    assert copier.pid is None


async def test_a_copier_without_work_ends(tmp_path: Path) -> None:
    """It has 20 MB and is needed every few minutes; the next copy starts it again, and each use puts its end off."""
    small_database(tmp_path / "auth")
    copier = Copier(rests_after=0.5)
    first = await copier.copy(tmp_path / "auth")
    process = copier.pid
    assert process is not None
    async with asyncio.timeout(45):
        while copier.pid is not None or psutil.pid_exists(process):
            await asyncio.sleep(0.02)
    assert (await copier.copy(tmp_path / "auth")).sha256 == first.sha256
    assert copier.pid not in (None, process)
    await copier.close()


def test_the_copier_ends_with_its_shard(tmp_path: Path) -> None:
    """However the shard ends, the pipe does; signals to the group alone do not end it: it takes last snapshots then."""
    with subprocess.Popen(
        [sys.executable, "-m", "session_host.auth_sync.copier"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ask = b'{"folder": "%s"}\n' % str(tmp_path).encode()
        process.stdin.write(ask)
        process.stdin.flush()
        assert b"sha256" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.stdin.write(ask)
        process.stdin.close()
        assert b"sha256" in process.stdout.read()
        assert process.wait(45) == 0


def test_the_copier_knows_nothing_of_the_library() -> None:
    """It starts fast and stays small: neither neonize nor the stores are loaded."""
    program = "import session_host.auth_sync.copier, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"neonize", "google", "cryptography", "pydantic", "structlog", "nats"} & set(loaded)
