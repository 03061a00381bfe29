"""The database files that the library opens and never closes: known as they are opened, closed when nobody needs them.

The library has no call that closes a client's database. But the SQLite in it can be called: it tells of each
connection when it is opened (an automatic extension) and when it ends (the destructor of client data). A connection
whose client is gone is taken off its file by `sqlite3_deserialize`, which closes the file as SQLite closes files, with
checkpoint and locks, and gives the connection an empty database in memory. The handle that the library still has stays
good: should it be used once more, it finds no tables.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import threading
from collections.abc import Iterable

import structlog

_log = structlog.get_logger(__name__)

_OK, _NO_TRANSACTION = 0, 0
_LOOKASIDE, _LOOKASIDE_OF_ONE = 13, 1001
"""`SQLITE_CONFIG_LOOKASIDE`, `SQLITE_DBCONFIG_LOOKASIDE`: what a connection keeps for small things, 48 kB by default,
and often cannot be made to give back. A third of it is as fast: 31 µs of a processor for what a send does in its
database, 36 without any."""
_SLOT_SIZE, _SLOTS = 512, 32

_Opened = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_Ended = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@functools.cache
def library_files(library: str) -> LibraryFiles:
    """The files of the shared library at this path: one for the process, since SQLite is never told to forget it."""
    return LibraryFiles(library)


class LibraryFiles:
    """The connections to databases that a library's SQLite has open; made before the first client.

    Where the library was built without these functions nothing is known, and nothing is closed.
    """

    def __init__(self, library: str) -> None:
        """Listen to the SQLite inside the shared library at this path."""
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[int, str]] = {}
        """Handle and file by number: an address is used again, a number is not."""
        self._lock = threading.Lock()
        """Held while a handle is looked up and tried, never while anything waits; `_ended` needs it before a handle is
        freed."""
        self.known = False
        """Whether the library tells."""
        self._on_opened, self._on_ended = _Opened(self._opened), _Ended(self._ended)
        try:
            self._sqlite = _declared(ctypes.CDLL(library))
        except AttributeError as error:
            _log.warning("library_files_unknown", error=str(error))
        else:
            self._sqlite.sqlite3_config(_LOOKASIDE, _SLOT_SIZE, _SLOTS)
            self.known = self._sqlite.sqlite3_auto_extension(self._on_opened) == _OK

    def of(self, database: str) -> frozenset[int]:
        """Numbers of the connections to a database that are open now."""
        path = os.path.realpath(database)
        with self._lock:
            return frozenset(number for number, (_, opened) in self._open.items() if opened == path)

    def close(self, connections: Iterable[int]) -> frozenset[int]:
        """Take connections off their file that no client needs any more; blocks for a checkpoint.

        Returns those that are still at it: in use, or in a transaction. They may be tried again.
        """
        return frozenset(number for number in connections if not self._close(number))

    def _close(self, number: int) -> bool:
        sqlite = self._sqlite
        with self._lock:
            handle, _ = self._open.get(number, (0, ""))
            if not handle:
                return True  # the library closed it itself
            mutex = sqlite.sqlite3_db_mutex(handle)
            if sqlite.sqlite3_mutex_try(mutex) != _OK:
                return False
        try:  # whoever would use, or close, this connection waits for the mutex
            if sqlite.sqlite3_txn_state(handle, None) != _NO_TRANSACTION:
                return False
            result = sqlite.sqlite3_deserialize(handle, b"main", None, 0, 0, 0)
            if result != _OK:
                _log.warning("library_file_not_closed", result=result)
                return False
            sqlite.sqlite3_drop_modules(handle, None)  # tables of pragmas that were asked: they lie in the lookaside
            sqlite.sqlite3_db_config(handle, _LOOKASIDE_OF_ONE, None, 0, 0)
            with self._lock:
                del self._open[number]
            return True
        finally:
            sqlite.sqlite3_mutex_leave(mutex)

    def _opened(self, handle: int, _error: int, _routines: int) -> int:
        """Called by SQLite, on the thread that opens."""
        path = self._sqlite.sqlite3_db_filename(handle, b"main")
        number = next(self._numbers)
        with self._lock:
            self._open[number] = handle, os.fsdecode(path or b"")
        self._sqlite.sqlite3_set_clientdata(handle, b"wagate", number, self._on_ended)
        return _OK

    def _ended(self, number: int) -> None:
        """Called by SQLite while it closes a connection, before the handle is freed."""
        with self._lock:
            self._open.pop(number, None)


def _declared(sqlite: ctypes.CDLL) -> ctypes.CDLL:
    """The functions used here with their types. Raises AttributeError when there is one missing."""
    pointer, number, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
    for function, result, arguments in (
        (sqlite.sqlite3_auto_extension, number, (_Opened,)),
        (sqlite.sqlite3_config, number, (number, number, number)),
        (sqlite.sqlite3_db_filename, text, (pointer, text)),
        (sqlite.sqlite3_set_clientdata, number, (pointer, text, pointer, _Ended)),
        (sqlite.sqlite3_db_mutex, pointer, (pointer,)),
        (sqlite.sqlite3_mutex_try, number, (pointer,)),
        (sqlite.sqlite3_mutex_leave, None, (pointer,)),
        (sqlite.sqlite3_txn_state, number, (pointer, text)),
        (
            sqlite.sqlite3_deserialize,
            number,
            (pointer, text, pointer, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint),
        ),
        (sqlite.sqlite3_db_config, number, (pointer, number, pointer, number, number)),
        (sqlite.sqlite3_drop_modules, number, (pointer, pointer)),
    ):
        function.restype, function.argtypes = result, arguments
    return sqlite
