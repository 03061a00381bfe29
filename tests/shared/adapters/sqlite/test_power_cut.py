"""What a power cut takes back: of writes that do not wait for the disk, those after the last one that did."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from shared.adapters.sqlite.database import Database
from shared.adapters.sqlite.messages import SqliteMessages
from shared.messages.model import Accepted, MessageState, OutboundMessage

FULL, NORMAL = 2, 1
CLAIM = OutboundMessage(
    id="msg_1", key_id="key", session_uid="ses", to="1@s.whatsapp.net", content={"type": "text", "text": "x"},
    created_at=1, expires_at=2, state=MessageState.SENDING, epoch=3, times={MessageState.SENDING: 1},
)  # fmt: skip


async def claim(messages: SqliteMessages) -> Accepted:
    """Claim the row as the straight way does; returns when its thread has gone on."""
    loop = asyncio.get_running_loop()
    claimed: asyncio.Future[Accepted] = loop.create_future()
    messages.begin(CLAIM, None, lambda row, _error: loop.call_soon_threadsafe(claimed.set_result, row))
    return await claimed


async def finish(messages: SqliteMessages) -> bool:
    """Write that it was sent, likewise."""
    loop = asyncio.get_running_loop()
    written: asyncio.Future[bool] = loop.create_future()
    messages.finish(
        CLAIM, "WA", {MessageState.SENT: 2}, lambda done, _error: loop.call_soon_threadsafe(written.set_result, done)
    )
    return await written


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
async def test_what_waits_for_the_disk(tmp_path: Path, synchronous: str) -> None:
    """A claim does, and every other write; the row `sent` does not, unless it is committed with one that does.

    With `WAGATE_SQLITE_SYNCHRONOUS=NORMAL` none does.
    """
    database = await Database.open(tmp_path / "wagate.db", "FULL" if synchronous == "FULL" else "NORMAL")
    levels = list[int]()

    def note(rows: sqlite3.Connection) -> None:
        levels.append(rows.execute("PRAGMA synchronous").fetchone()[0])

    def relaxed() -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        database.begin(note, lambda *_: loop.call_soon_threadsafe(done.set_result, None), lasting=False)
        return done

    await database.write(note)
    await relaxed()
    await relaxed()
    await database.write(note)
    await asyncio.gather(relaxed(), database.write(note), relaxed())
    await relaxed()
    await database.close()
    lasting = FULL if synchronous == "FULL" else NORMAL
    assert levels[:4] == [lasting, NORMAL, NORMAL, lasting]
    assert lasting in levels[4:7]
    assert levels[7] == NORMAL


async def test_a_power_cut_leaves_a_row_as_it_was_claimed_or_as_it_was_sent(tmp_path: Path) -> None:
    """Whatever of the later write had reached the disk: the claim, which waited for it, is there and can be read.

    The row is then `sending` by an earlier owner, which the next one calls unknown: it was another boot of the machine
    (`tests/session_host/auth_sync`, `session_host.auth_sync.owner_file`), and so it is never sent again by itself.
    """
    path, log = tmp_path / "wagate.db", tmp_path / "wagate.db-wal"
    database = await Database.open(path)
    messages = SqliteMessages(database)
    assert (await claim(messages)).created
    claimed = log.stat().st_size
    shutil.copy(path, tmp_path / "before")
    assert await finish(messages)
    written = log.read_bytes()
    assert len(written) > claimed
    assert path.read_bytes() == (tmp_path / "before").read_bytes()  # no checkpoint: all of it is in the log
    await database.close()
    found = set[str]()
    for kept in [*range(claimed, len(written), max(1, (len(written) - claimed) // 16)), len(written)]:
        for tail in (b"", bytes(len(written) - kept)):
            place = tmp_path / f"cut-{kept}-{len(tail)}"
            place.mkdir()
            shutil.copy(tmp_path / "before", place / "wagate.db")
            (place / "wagate.db-wal").write_bytes(written[:kept] + tail)
            with closing(sqlite3.connect(place / "wagate.db")) as rows:
                state, wa_id = rows.execute("SELECT state, wa_id FROM messages").fetchone()
            assert wa_id == (None if state == "sending" else "WA")
            found.add(state)
            shutil.rmtree(place)
    assert found == {"sending", "sent"}
