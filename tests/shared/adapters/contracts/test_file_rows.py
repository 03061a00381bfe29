"""What every adapter of `shared.media.ports.FileRows` does."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.stores import Stores
from shared.ids import now_ms
from tests.functions.waiting import until
from tests.shared.adapters.conftest import INDEX_LAG, StoreMaker
from tests.shared.adapters.contracts.samples import DAY, a_file


async def test_a_file_is_found_as_it_was_stored(stores: Stores) -> None:
    """Every field survives, those that may be missing too; it is its key's alone."""
    plain = a_file()
    full = a_file(session_uid="ses_1", file_name="Rechnung \U0001f4c4.pdf", ticket="0" * 64, sha256="a" * 64)
    for file in (plain, full):
        await stores.file_rows.add(file)
        assert await stores.file_rows.get(file.key_id, file.id) == file
        assert await stores.file_rows.get("key_other", file.id) is None
    assert await stores.file_rows.get("key_1", "med_nothing") is None


async def test_a_file_is_finished_once(stores: Stores) -> None:
    """What its bytes turned out to be replaces what was held for it; whoever comes second is told."""
    coming = a_file(size=1000, ticket="0" * 64)
    whole = replace(
        coming, size=7, sha256="a" * 64, mimetype="image/png", expires_at=coming.expires_at + DAY, ticket=""
    )
    await stores.file_rows.add(coming)
    assert await stores.file_rows.finish(whole)
    assert await stores.file_rows.get(coming.key_id, coming.id) == whole
    assert not await stores.file_rows.finish(replace(whole, size=8))
    assert not await stores.file_rows.finish(a_file(sha256="a" * 64))
    assert await stores.file_rows.get(coming.key_id, coming.id) == whole


async def test_a_ticket_is_good_once(stores: Stores) -> None:
    """For its own file; the row is as it was otherwise."""
    file, other = a_file(ticket="0" * 64), a_file()
    for each in (file, other):
        await stores.file_rows.add(each)
    assert await stores.file_rows.claim("key_1", file.id, "1" * 64) is None
    assert await stores.file_rows.claim("key_2", file.id, "0" * 64) is None
    assert await stores.file_rows.claim("key_1", other.id, "") is None
    assert await stores.file_rows.claim("key_1", file.id, "0" * 64) == replace(file, ticket="")
    assert await stores.file_rows.claim("key_1", file.id, "0" * 64) is None
    assert await stores.file_rows.get("key_1", file.id) == replace(file, ticket="")


async def test_a_file_may_be_kept_for_longer_and_never_for_shorter(stores: Stores) -> None:
    """The row as it is now is told; None for one that is gone, or another key's."""
    file = a_file()
    await stores.file_rows.add(file)
    later = replace(file, expires_at=file.expires_at + 3 * DAY)
    assert await stores.file_rows.keep(file.key_id, file.id, later.expires_at) == later
    assert await stores.file_rows.keep(file.key_id, file.id, file.expires_at) == later
    assert await stores.file_rows.get(file.key_id, file.id) == later
    assert await stores.file_rows.keep("key_other", file.id, 0) is None
    assert await stores.file_rows.remove(later)
    assert not await stores.file_rows.remove(later)
    assert await stores.file_rows.keep(file.key_id, file.id, later.expires_at) is None


async def test_the_files_of_a_session_expire_with_it(stores: Stores) -> None:
    """Those that would later; the key's other files are left alone. It may be repeated."""
    now = now_ms()
    its = [a_file(session_uid="ses_1"), a_file(session_uid="ses_1")]
    sooner, other, upload = a_file(session_uid="ses_1", expires_at=now - 5), a_file(session_uid="ses_2"), a_file()
    for file in (*its, sooner, other, upload):
        await stores.file_rows.add(file)
    for _ in range(2):
        await stores.file_rows.expire_of("key_1", "ses_1", now)
    ends = {file: (await stores.file_rows.get("key_1", file.id)).expires_at for file in (*its, sooner, other, upload)}
    assert [ends[file] for file in its] == [now, now]
    assert [ends[file] for file in (sooner, other, upload)] == [now - 5, other.expires_at, upload.expires_at]


async def test_room_is_counted_for_each_key_and_in_all(stores: Stores) -> None:
    """By what is held at first, by what they have once they are whole, and no more once they are removed."""
    first, second, others = a_file(size=1000), a_file(size=20), a_file(key_id="key_2", size=3)
    assert await stores.file_rows.bytes_of("key_1") == 0
    for file in (first, second, others):
        await stores.file_rows.add(file)
    assert [await stores.file_rows.bytes_of(key) for key in ("key_1", "key_2")] == [1020, 3]
    await stores.file_rows.finish(replace(first, size=500, sha256="a" * 64, expires_at=first.expires_at + 2 * DAY))
    await stores.file_rows.keep("key_1", second.id, second.expires_at + 2 * DAY)
    assert await stores.file_rows.bytes_of("key_1") == 520
    assert await stores.file_rows.bytes_in_all() == 523
    await stores.file_rows.remove(first)
    await stores.file_rows.remove(first)
    await stores.file_rows.remove(second)
    assert [await stores.file_rows.bytes_of(key) for key in ("key_1", "key_2")] == [0, 3]
    assert await stores.file_rows.bytes_in_all() == 3


async def test_what_has_expired_is_found(stores: Stores) -> None:
    """Those that did so first, as many as are asked for; it is there until it is removed."""
    now = now_ms()
    expired = [a_file(expires_at=now - age) for age in (3 * DAY, DAY, 5)]
    await stores.file_rows.add(a_file(expires_at=now + 5))
    for file in reversed(expired):
        await stores.file_rows.add(file)

    async def found() -> bool:
        return await stores.file_rows.expired(now, 9) == expired

    await until(found, within=INDEX_LAG + 57)
    assert await stores.file_rows.expired(now, 2) == expired[:2]
    assert await stores.file_rows.get("key_1", expired[0].id) == expired[0]


@pytest.mark.races
async def test_of_many_that_finish_a_file_one_does(store_maker: StoreMaker) -> None:
    """Over two processes, as an upload that comes twice at once."""
    processes = [await store_maker.open(), await store_maker.open()]
    coming = a_file(size=100)
    await processes[0].file_rows.add(coming)
    ends = [replace(coming, size=number, sha256="a" * 64) for number in range(1, 11)]
    done = await asyncio.gather(
        *(processes[number % 2].file_rows.finish(end) for number, end in enumerate(ends)), return_exceptions=True
    )
    assert [one for one in done if one is not False] == [True]
    row = await processes[0].file_rows.get("key_1", coming.id)
    assert row == ends[done.index(True)]
    assert await processes[0].file_rows.bytes_of("key_1") == row.size
