"""What is left of clients that are gone: their files, threads and memory, in a process of live sessions."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from session_host.disk.session_files import DATABASE

_ROUNDS = 5
_INCREMENTAL = 2
_ENDS = 3
"""After so many codes that WhatsApp ended nobody is asked to scan another."""
_CLIENTS = 12
_SPARE_THREADS = _CLIENTS * 2 // 3
"""Of twelve clients, each of which would leave one at least. Go and our own pool start threads as they need them and
keep them, more of them on a busy machine: as many clients have come and gone before it is counted."""


def open_below(process: psutil.Process, folder: Path) -> list[str]:
    """The files below a folder that a process has open, those that were deleted too."""
    found: list[str] = []
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            found.append(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return [path for path in found if path.startswith(str(folder))]


async def eventually(met: Callable[[], bool], within: float = 45) -> bool:
    """Whether a condition is met in time."""
    deadline = time.monotonic() + within
    while not met():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


async def test_a_stopped_session_leaves_no_file_open(whatsapp: Any, host: Any) -> None:
    """The library never closes a database: descriptors grew by two or three with each stop."""
    await host.pair(whatsapp)
    process = psutil.Process(host.process.pid)
    for _ in range(_ROUNDS):
        await host.do("one", "stop")
        assert open_below(process, host.folder) == []
        before = len(host.said)
        await host.do("one", "start", login=False)
        await host.reported("one", "connected", after=before)
    sink = await whatsapp.new_sink()
    assert (await host.do("one", "send", to=f"{sink}@s.whatsapp.net", text="hello", message_id="msg_1"))["wa_id"]


async def test_codes_that_nobody_scans_leave_nothing(whatsapp: Any, host: Any) -> None:
    """A session that is closed while it shows a code leaves no thread and no file behind."""
    await host.pair(whatsapp)
    process = psutil.Process(host.process.pid)
    before = 0
    for place in range(2 * _CLIENTS):
        if place == _CLIENTS:
            before = process.num_threads()
        name = f"code{place}"
        assert (await host.do(name, "login", timeout=20))["qr"]
        await host.do(name, "close")
        assert open_below(process, host.folder / name) == []
    assert await eventually(lambda: process.num_threads() <= before + _SPARE_THREADS), process.num_threads()


async def test_a_round_of_codes_that_ends_by_itself_leaves_no_thread(whatsapp: Any, host: Any) -> None:
    """WhatsApp closes while codes are shown, three rounds each time: the threads of all those clients end."""
    process = psutil.Process(host.process.pid)
    await host.pair(whatsapp, "other")
    before = 0
    for place in range(2 * _CLIENTS // _ENDS):
        if place == _CLIENTS // _ENDS:
            before = process.num_threads()
        await whatsapp.fault("qr_close", count=_ENDS)
        said = len(host.said)
        await host.do("one", "start", login=True)
        await host.reported("one", "failed", "qr_expired", after=said)
    assert await eventually(lambda: process.num_threads() <= before + _SPARE_THREADS), process.num_threads()
    assert open_below(process, host.folder / "one") == []


async def test_a_database_can_become_smaller(whatsapp: Any, host: Any) -> None:
    """What is pruned in it is given back step by step: the library makes it so, and that cannot be changed later."""
    await host.pair(whatsapp)
    await host.do("one", "stop")
    with closing(sqlite3.connect(host.folder / "one" / DATABASE)) as database:
        assert database.execute("PRAGMA auto_vacuum").fetchone() == (_INCREMENTAL,)
