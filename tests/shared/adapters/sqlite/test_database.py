"""The database of one process: groups of writes, failures, and what is wrong with a file, in words."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.adapters.sqlite import connection, schema
from shared.adapters.sqlite.connection import connect
from shared.adapters.sqlite.database import Database
from shared.errors import StoreUnavailable


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "data" / "wagate.db")
    await database.write(lambda rows: rows.execute("CREATE TABLE t (n INTEGER UNIQUE)"))
    yield database
    await database.close()


async def numbers(database: Database) -> list[int]:
    return await database.read(lambda rows: [row[0] for row in rows.execute("SELECT n FROM t ORDER BY n")])


def insert(rows: sqlite3.Connection, number: int, *, fail: bool = False) -> int:
    rows.execute("INSERT INTO t VALUES (?)", (number,))
    if fail:
        raise ZeroDivisionError
    return number


async def test_a_failed_write_undoes_only_itself(database: Database) -> None:
    """Others that are committed with it stand; its error reaches its own caller."""
    results = await asyncio.gather(
        *(database.write(lambda rows, n=number: insert(rows, n, fail=n % 3 == 0)) for number in range(30)),
        return_exceptions=True,
    )
    good = [number for number in range(30) if number % 3]
    assert [result for result in results if isinstance(result, int)] == good
    assert sum(isinstance(result, ZeroDivisionError) for result in results) == 10
    assert await numbers(database) == good


async def test_writes_are_committed_together(database: Database) -> None:
    """Many that are asked for at once need few transactions: that is where the speed comes from."""
    commits: list[str] = []
    database._writing.set_trace_callback(lambda statement: commits.append(statement) if statement == "COMMIT" else None)
    await asyncio.gather(*(database.write(lambda rows, n=number: insert(rows, n)) for number in range(200)))
    assert len(await numbers(database)) == 200
    assert 1 <= len(commits) <= 100


async def test_a_caller_that_gives_up_disturbs_no_other(database: Database) -> None:
    """Its write may be done or not; the next one is."""
    given_up = asyncio.ensure_future(database.write(lambda rows: insert(rows, 1)))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await database.write(lambda rows: insert(rows, 2)) == 2
    assert 2 in await numbers(database)


async def test_reads_cannot_write(database: Database) -> None:
    """What is read goes past the writer's queue, so it must change nothing."""
    with pytest.raises(StoreUnavailable):
        await database.read(lambda rows: rows.execute("INSERT INTO t VALUES (1)"))
    assert await numbers(database) == []


async def test_only_its_owner_may_read_the_files(database: Database, tmp_path: Path) -> None:
    """They hold what people write to each other."""
    folder = tmp_path / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert await numbers(database) == []
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == dict.fromkeys(("wagate.db", "wagate.db-wal", "wagate.db-shm"), 0o600)


async def test_a_removed_file_is_noticed(database: Database, tmp_path: Path) -> None:
    """SQLite would go on writing to a file that nobody can find any more; put back, it works again."""
    path = tmp_path / "data" / "wagate.db"
    path.rename(tmp_path / "away")
    with pytest.raises(StoreUnavailable, match="removed"):
        await database.write(lambda rows: insert(rows, 1))
    with pytest.raises(StoreUnavailable, match="removed"):
        await numbers(database)
    (tmp_path / "away").rename(path)
    assert await database.write(lambda rows: insert(rows, 2)) == 2


async def test_a_full_disk_is_told_in_words(database: Database) -> None:
    """Nothing is accepted; when there is room again, writes go on."""
    pages = await database.write(lambda rows: rows.execute("PRAGMA page_count").fetchone()[0])
    database._writing.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable, match="disk is full"):
        await database.write(lambda rows: rows.execute("INSERT INTO t SELECT NULL FROM pragma_function_list a, t b"
            " UNION ALL SELECT randomblob(200000)"))  # fmt: skip
    database._writing.execute("PRAGMA max_page_count = 1000000")
    assert await database.write(lambda rows: insert(rows, 1)) == 1


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
async def test_a_damaged_file_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    """And it is left as it is."""
    path = tmp_path / "wagate.db"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="restore a copy"):
        await Database.open(path)
    assert path.read_bytes() == content


async def test_a_folder_that_cannot_be_used_is_told_in_words(tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await Database.open(tmp_path / "data" / "wagate.db")


async def test_a_closed_database_refuses(tmp_path: Path) -> None:
    """Closing twice is fine; what was queued is finished first."""
    database = await Database.open(tmp_path / "wagate.db")
    queued = asyncio.ensure_future(database.write(lambda rows: rows.execute("CREATE TABLE t (n)").rowcount))
    await asyncio.sleep(0)
    await database.close()
    await queued
    await database.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await database.read(lambda rows: rows.execute("SELECT 1"))


async def test_many_processes_make_one_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All at once on a new file, each finds the tables."""
    monkeypatch.setattr(connection, "BUSY_DEADLINE", 60)
    databases = await asyncio.gather(*(Database.open(tmp_path / "wagate.db") for _ in range(8)))
    for database in databases:
        assert await database.read(lambda rows: rows.execute("SELECT count(*) FROM messages").fetchone()) == (0,)
        await database.close()


def test_a_file_is_brought_forward_and_keeps_its_rows(tmp_path: Path) -> None:
    """Steps it has are not done again; a step that fails leaves everything as it was."""
    path = tmp_path / "wagate.db"
    rows = connect(path, "FULL")
    schema.migrate(rows, path)
    rows.execute("INSERT INTO idempotency VALUES ('k', 'b', 'm', 1)")
    with pytest.raises(StoreUnavailable):
        schema.migrate(rows, path, (*schema.STEPS, ("CREATE TABLE half (n)", "no SQL")))
    assert rows.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").fetchone() == (0,)
    schema.migrate(
        rows, path, (*schema.STEPS, ("ALTER TABLE idempotency ADD COLUMN extra TEXT",)), oldest=len(schema.STEPS) + 1
    )
    assert rows.execute("SELECT * FROM idempotency").fetchall() == [("k", "b", "m", 1, None)]
    with pytest.raises(StoreUnavailable, match="newer wagate"):
        schema.migrate(rows, path)
    rows.close()
