"""The files that the library's SQLite has open, closed from outside: with the library itself."""

import ctypes
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from session_host.whatsapp.library.files import LibraryFiles, library_files
from session_host.whatsapp.library.neonize_client import library_file

_WAL, _FULL_MUTEX, _READ_WRITE, _CREATE = b"PRAGMA journal_mode=WAL", 0x10000, 0x2, 0x4

Run = Callable[[bytes], int]


class Connection:
    """A connection as the library has them: opened and used past `LibraryFiles`."""

    def __init__(self, path: Path) -> None:
        self.sqlite = ctypes.CDLL(library_file())
        self.handle = ctypes.c_void_p()
        flags = _READ_WRITE | _CREATE | _FULL_MUTEX
        assert self.sqlite.sqlite3_open_v2(str(path).encode(), ctypes.byref(self.handle), flags, None) == 0
        assert self.run(_WAL) == 0

    def run(self, statement: bytes) -> int:
        """SQLite's result code."""
        return self.sqlite.sqlite3_exec(self.handle, statement, None, None, None)

    def close(self) -> None:
        """As the library closes one that it has too many of."""
        assert self.sqlite.sqlite3_close_v2(self.handle) == 0


@pytest.fixture
def files() -> LibraryFiles:
    return library_files(library_file())


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "whatsapp.db"


@pytest.fixture
def connection(files: LibraryFiles, database: Path) -> Iterator[Connection]:  # noqa: ARG001 - listens first
    connection = Connection(database)
    assert connection.run(b"CREATE TABLE t (a); INSERT INTO t VALUES (1)") == 0
    yield connection
    connection.close()


def open_below(folder: Path) -> list[str]:
    """The files below a folder that this process has open."""
    found: list[str] = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return [path for path in found if path.startswith(str(folder))]


def test_a_connection_is_taken_off_its_file_and_can_be_used_on(
    files: LibraryFiles, database: Path, connection: Connection
) -> None:
    """Its descriptors are closed, the log is in the database; a late statement fails and harms nothing."""
    assert len(open_below(database.parent)) == 3
    assert files.close(files.of(str(database))) == frozenset()
    assert open_below(database.parent) == []
    assert files.of(str(database)) == frozenset()
    assert not database.with_name("whatsapp.db-wal").exists()
    assert connection.run(b"INSERT INTO t VALUES (2)") != 0
    again = Connection(database)
    assert again.run(b"INSERT INTO t VALUES (3)") == 0
    again.close()


@pytest.mark.parametrize("begin", [b"BEGIN; SELECT * FROM t", b"BEGIN IMMEDIATE"])
def test_a_transaction_is_not_cut_off(
    files: LibraryFiles, database: Path, connection: Connection, begin: bytes
) -> None:
    """Its connection stays at the file until it is over, and is closed by a later try."""
    opened = files.of(str(database))
    assert connection.run(begin) == 0
    assert files.close(opened) == opened
    assert connection.run(b"COMMIT") == 0
    assert files.close(opened) == frozenset()


def test_what_the_library_closed_itself_is_known(files: LibraryFiles, database: Path) -> None:
    """A handle that was freed is never used again, not even when its address is: numbers are used once."""
    first = Connection(database)
    gone = files.of(str(database))
    assert len(gone) == 1
    first.close()
    assert files.of(str(database)) == frozenset()
    second = Connection(database)
    assert not gone & files.of(str(database))
    assert files.close(gone) == frozenset()
    assert second.run(b"CREATE TABLE still_there (a)") == 0
    second.close()


def test_only_what_is_named_is_closed(files: LibraryFiles, database: Path, connection: Connection) -> None:
    """A new client of the same database keeps its connection, and what it wrote."""
    old = files.of(str(database))
    new = Connection(database)
    assert files.close(old) == frozenset()
    assert len(files.of(str(database))) == 1
    assert new.run(b"INSERT INTO t VALUES (2)") == 0
    new.close()
    assert connection.run(b"SELECT * FROM t") != 0
