"""What keeps files: rooms, failures at each step, and what removes them in the end."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.stores import Stores, open_stores
from shared.errors import MediaEmpty, MediaNotFound, MediaQuota, MediaTooLarge, StorageFull, StoreUnavailable
from shared.ids import now_ms
from shared.media.keeping import Arriving, FileKeeping, Room
from shared.media.model import StoredFile
from shared.media.sweeping import FileSweep
from shared.settings import StoreSettings

HOUR = 3_600_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as opened:
        yield opened


class Clock:
    """Milliseconds, as a test wants them."""

    def __init__(self) -> None:
        self.now = now_ms()

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def keeping(stores: Stores, clock: Clock, **room: int) -> FileKeeping:
    return FileKeeping(stores.files, stores.file_rows, Room(**room), clock)


def arriving(size: int = 1000, **fields: Any) -> Arriving:
    values = {"key_id": "key_1", "size": size, "arrives_by": now_ms() + HOUR, "expires_at": now_ms() + 24 * HOUR}
    return Arriving(**(values | fields))


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def nothing_left(stores: Stores, folder: Path) -> bool:
    """No row, no bytes, no room taken."""
    rows = await stores.file_rows.expired(now_ms() + 100 * 24 * HOUR, 9)
    return not rows and not [path for path in (folder / "media").rglob("*") if path.is_file()]


async def test_a_file_is_kept_with_what_it_is(stores: Stores, clock: Clock) -> None:
    """Its type by its bytes, its size and hash by what came; its key's alone, until it expires."""
    coming = arriving(file_name="Rechnung.pdf", mimetype="application/pdf")
    kept = await keeping(stores, clock).keep(coming, chunks(PNG[:5], PNG[5:]))
    assert (kept.mimetype, kept.size, kept.file_name) == ("image/png", len(PNG), "Rechnung.pdf")
    assert (kept.sha256, kept.expires_at) == (hashlib.sha256(PNG).hexdigest(), coming.expires_at)
    assert await keeping(stores, clock).get("key_1", kept.id) == kept
    with pytest.raises(MediaNotFound):
        await keeping(stores, clock).get("key_2", kept.id)
    clock.now = kept.expires_at
    with pytest.raises(MediaNotFound):
        await keeping(stores, clock).get("key_1", kept.id)


async def test_a_key_takes_no_more_room_than_it_may(stores: Stores, clock: Clock) -> None:
    """What is on its way counts; other keys are not touched; what was refused takes none."""
    ours = keeping(stores, clock, of_key=1500)
    first = await ours.reserve(arriving(1000))
    with pytest.raises(MediaQuota) as refused:
        await ours.keep(arriving(501), chunks(b"x"))
    assert refused.value.details == {"limit": 1500, "taken": 1000}
    await ours.keep(arriving(1500, key_id="key_2"), chunks(b"x"))
    await ours.take(first, chunks(b"x"), now_ms() + HOUR)
    await ours.keep(arriving(1499), chunks(b"x"))
    assert await stores.file_rows.bytes_of("key_1") == 2


async def test_all_keys_take_no_more_room_than_there_is(stores: Stores, clock: Clock) -> None:
    """The next one is told that the gateway is full, not that its key is."""
    ours = keeping(stores, clock, in_all=1500)
    await ours.reserve(arriving(1000))
    with pytest.raises(StorageFull):
        await ours.keep(arriving(501, key_id="key_2"), chunks(b"x"))
    await ours.keep(arriving(500, key_id="key_2"), chunks(b"x"))


async def test_of_many_at_once_none_goes_beyond(stores: Stores, clock: Clock) -> None:
    """Room is held before it is looked at."""
    ours = keeping(stores, clock, of_key=2500)
    kept = await asyncio.gather(*(ours.reserve(arriving(1000)) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(one, StoredFile) for one in kept) <= 2
    assert await stores.file_rows.bytes_of("key_1") <= 2500


@pytest.mark.parametrize(
    ("parts", "error"),
    [((b"ab", b"cd"), MediaTooLarge), ((), MediaEmpty), ((b"",), MediaEmpty)],
    ids=["too large", "nothing", "no byte"],
)
async def test_what_is_not_kept_leaves_nothing(
    stores: Stores, clock: Clock, tmp_path: Path, parts: tuple[bytes, ...], error: type[Exception]
) -> None:
    """Neither bytes nor row nor room."""
    with pytest.raises(error):
        await keeping(stores, clock).keep(arriving(3), chunks(*parts))
    assert await nothing_left(stores, tmp_path)


class _Fails:
    """A store whose method fails, before or after it did its work."""

    def __init__(self, store: Any, method: str, *, after: bool) -> None:
        self._store, self._method, self._after = store, method, after

    def __getattr__(self, name: str) -> Any:
        work = getattr(self._store, name)
        if name != self._method:
            return work

        async def fail(*given: Any) -> None:
            if self._after:
                await work(*given)
            raise StoreUnavailable

        return fail


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["add", "bytes_of", "write", "finish"])
async def test_a_store_that_fails_at_any_step_leaves_nothing(
    stores: Stores, clock: Clock, tmp_path: Path, step: str, when: str
) -> None:
    """At once, or with the sweep after the row's end when its removal had failed as well."""
    files: Any = _Fails(stores.files, step, after=when == "after")
    rows: Any = _Fails(stores.file_rows, step, after=when == "after")
    ours = FileKeeping(files, rows, Room(10**6, 0), clock)
    with pytest.raises(StoreUnavailable):
        await ours.keep(arriving(), chunks(PNG))
    if (step, when) == ("add", "after"):
        clock.now += 3 * HOUR
        assert await FileSweep(stores.files, stores.file_rows, clock).remove_old() == 1
    assert await nothing_left(stores, tmp_path)


async def test_what_could_not_be_removed_is_swept(stores: Stores, clock: Clock, tmp_path: Path) -> None:
    """The store is away when a broken upload is to go."""
    files: Any = _Fails(stores.files, "delete", after=False)
    with pytest.raises(MediaTooLarge):
        await FileKeeping(files, stores.file_rows, Room(), clock).keep(arriving(3), chunks(b"abcd"))
    assert not await nothing_left(stores, tmp_path)
    clock.now += 3 * HOUR
    assert await FileSweep(stores.files, stores.file_rows, clock).remove_old() == 1
    assert await nothing_left(stores, tmp_path)


async def test_a_cancelled_keeper_leaves_nothing(stores: Stores, clock: Clock, tmp_path: Path) -> None:
    """A client that leaves in the middle."""
    begun = asyncio.Event()

    async def never_ends() -> AsyncIterator[bytes]:
        yield bytes(300_000)
        begun.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(keeping(stores, clock).keep(arriving(10**6), never_ends()))
    await begun.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert await nothing_left(stores, tmp_path)


async def test_what_expired_is_swept_an_hour_later(stores: Stores, clock: Clock, tmp_path: Path) -> None:
    """More than a sweep looks at once; what was told to stay longer, stays."""
    ours, sweep = keeping(stores, clock), FileSweep(stores.files, stores.file_rows, clock)
    for _ in range(120):
        await ours.reserve(arriving())
    used, unused = [await ours.keep(arriving(), chunks(PNG)) for _ in range(2)]
    await ours.hold(used, now_ms() + 48 * HOUR)
    assert await sweep.remove_old() == 0
    clock.now = now_ms() + 2 * HOUR + 1000  # an hour after the last of them
    assert await sweep.remove_old() == 120
    clock.now = unused.expires_at + HOUR
    assert await sweep.remove_old() == 0
    clock.now += 1
    assert await sweep.remove_old() == 1
    with pytest.raises(MediaNotFound):
        await ours.hold(unused, now_ms() + 48 * HOUR)
    async with aclosing(stores.files.open(used.id)) as pieces:
        assert b"".join([piece async for piece in pieces]) == PNG
    clock.now = now_ms() + 50 * HOUR
    assert await sweep.remove_old() == 1
    assert await nothing_left(stores, tmp_path)


async def test_bytes_that_came_by_another_way_are_looked_at_once(stores: Stores, clock: Clock) -> None:
    """As with a presigned address: the row says nothing of them until somebody asks, and then all of it."""
    ours = keeping(stores, clock)
    row = await ours.reserve(arriving(mimetype="application/pdf"))
    assert await ours.look(row, now_ms() + HOUR) is None
    await stores.files.write(row.id, chunks(PNG), 1000)
    ends = now_ms() + HOUR
    looked = await asyncio.gather(*(ours.look(row, ends) for _ in range(5)))
    whole = await ours.get("key_1", row.id)
    assert (whole.mimetype, whole.size, whole.sha256) == ("image/png", len(PNG), hashlib.sha256(PNG).hexdigest())
    assert looked == [whole] * 5


async def test_a_ticket_opens_its_file_once(stores: Stores, clock: Clock) -> None:
    """Until it expires; of two who bring bytes with it one does, and the other harms nothing."""
    ours = keeping(stores, clock)
    row = await ours.reserve(arriving(ticket="t" * 64))
    claimed = await ours.claim("key_1", row.id, "t" * 64)
    with pytest.raises(MediaNotFound):
        await ours.claim("key_1", row.id, "t" * 64)
    assert (await ours.take(claimed, chunks(PNG), now_ms() + HOUR)).is_whole
    late = await ours.reserve(arriving(ticket="t" * 64))
    clock.now = late.expires_at
    with pytest.raises(MediaNotFound):
        await ours.claim("key_1", late.id, "t" * 64)
