"""What holds between processes that share the database file, whatever happens to one of them."""

import asyncio
import sqlite3
import sys
from pathlib import Path

import pytest

from shared.adapters.sqlite import connection
from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.messages import SqliteMessages
from shared.errors import StoreUnavailable
from tests.shared.adapters.contracts.samples import a_message

ROOT = Path(__file__).parents[4]


async def accepting(path: Path, session_uid: str, count: int = 0) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.shared.adapters.sqlite.accepting_process", str(path), session_uid, str(count)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )


async def test_a_killed_process_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """Kill -9 between and inside writes, three times over on one file; the file stays whole."""
    path = tmp_path / "wagate.db"
    acknowledged: set[str] = set()
    for _ in range(3):
        process = await accepting(path, "ses_1")
        assert process.stdout is not None
        async with asyncio.timeout(60):
            for _ in range(50):
                acknowledged.add((await process.stdout.readline()).decode().strip())
            process.kill()
            rest = await process.stdout.read()
            await process.wait()
        acknowledged |= {line.decode() for line in rest.split(b"\n")[:-1]}

    database = await Database.open(path)
    stored = {message.id for message in await SqliteMessages(database).open_of("ses_1", 1_000_000)}
    whole = await database.read(lambda rows: rows.execute("PRAGMA integrity_check").fetchone()[0])
    keys = await database.read(lambda rows: rows.execute("SELECT count(*) FROM idempotency").fetchone()[0])
    await database.close()
    assert len(acknowledged) >= 150
    assert acknowledged <= stored
    assert whole == "ok"
    assert keys == len(stored)  # a message and its idempotency key are kept together or not at all


async def test_two_processes_that_write_at_once_are_never_told_that_the_file_is_busy(tmp_path: Path) -> None:
    """Each ends without an error, and everything is there."""
    path = tmp_path / "wagate.db"
    processes = [await accepting(path, f"ses_{number}", 400) for number in range(2)]
    async with asyncio.timeout(90):
        outputs = await asyncio.gather(*(process.communicate() for process in processes))
    assert [(process.returncode, errors) for process, (_, errors) in zip(processes, outputs, strict=True)] == [
        (0, b""),
        (0, b""),
    ]
    database = await Database.open(path)
    for number, (output, _) in enumerate(outputs):
        stored = await SqliteMessages(database).open_of(f"ses_{number}", 1_000_000)
        assert {message.id for message in stored} == set(output.decode().split())
        assert len(stored) >= 400
    await database.close()


async def test_a_file_that_stays_locked_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the deadline, not for ever; once it is free, writes go on. Reads never wait."""
    path = tmp_path / "wagate.db"
    database = await Database.open(path)
    monkeypatch.setattr(connection, "BUSY_DEADLINE", 0.1)
    messages = SqliteMessages(database)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        await messages.accept(a_message())
    assert await messages.open_of("ses_1", 10) == []
    other.execute("ROLLBACK")
    assert (await messages.accept(a_message())).created
    other.close()
    await database.close()
