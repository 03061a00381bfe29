"""What every adapter of `shared.blobs.ports.Blobs` does."""

import asyncio

import pytest

from shared.adapters.stores import Stores
from shared.blobs.ports import Blob, PreconditionFailed
from tests.shared.adapters.conftest import StoreMaker


async def test_an_object_is_read_as_it_was_written(stores: Stores) -> None:
    """Empty and binary ones too; the etag is the same at writing and reading."""
    for body in (b"", b"\x00\xff" * 100_000):
        etag = await stores.blobs.put("auth/k1/ses_1/manifest", body)
        assert await stores.blobs.get("auth/k1/ses_1/manifest") == Blob(body, etag)
    assert await stores.blobs.get("auth/k1/ses_1/other") is None
    assert await stores.blobs.get("auth/k1") is None


async def test_the_etag_follows_the_content(stores: Stores) -> None:
    """Another body, another etag."""
    first = await stores.blobs.put("k", b"1")
    assert await stores.blobs.put("k", b"2") != first


async def test_a_write_can_be_bound_to_what_was_read(stores: Stores) -> None:
    """Somebody else's write in between refuses it, and changes nothing."""
    first = await stores.blobs.put("k", b"1")
    second = await stores.blobs.put("k", b"2", if_match=first)
    with pytest.raises(PreconditionFailed):
        await stores.blobs.put("k", b"3", if_match=first)
    assert await stores.blobs.get("k") == Blob(b"2", second)
    with pytest.raises(PreconditionFailed):
        await stores.blobs.put("missing", b"1", if_match=first)
    assert await stores.blobs.get("missing") is None


async def test_a_write_can_be_bound_to_absence(stores: Stores) -> None:
    """The second of two is refused; after a delete it may be written again."""
    await stores.blobs.put("k", b"1", if_absent=True)
    with pytest.raises(PreconditionFailed):
        await stores.blobs.put("k", b"2", if_absent=True)
    await stores.blobs.delete("k")
    await stores.blobs.delete("k")
    assert await stores.blobs.get("k") is None
    await stores.blobs.put("k", b"3", if_absent=True)


async def test_keys_are_listed_by_prefix_in_order(stores: Stores) -> None:
    """A prefix ends anywhere; one key may be the beginning of another, or a folder's name."""
    keys = ["a", "a-b", "a.b/c", "a/b", "a/b/c", "a/bc", "b/a"]
    for key in reversed(keys):
        await stores.blobs.put(key, b"")
    assert await stores.blobs.list("") == keys
    assert await stores.blobs.list("a/") == ["a/b", "a/b/c", "a/bc"]
    assert await stores.blobs.list("a/b") == ["a/b", "a/b/c", "a/bc"]
    assert await stores.blobs.list("a/b/") == ["a/b/c"]
    assert await stores.blobs.list("c/") == []


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/./b", "a b", "a+b", "a\x00", "é"])
async def test_a_key_that_is_none_is_refused(stores: Stores, key: str) -> None:
    """Nothing leaves the folder or means something else in S3."""
    with pytest.raises(ValueError, match="not a key"):
        await stores.blobs.put(key, b"")
    with pytest.raises(ValueError, match="not a key"):
        await stores.blobs.get(key)
    with pytest.raises(ValueError, match="not a key"):
        await stores.blobs.delete(key)


@pytest.mark.races
async def test_of_many_writers_bound_to_one_etag_one_writes(store_maker: StoreMaker) -> None:
    """Over two processes: the others are told."""
    processes = [await store_maker.open(), await store_maker.open()]
    etag = await processes[0].blobs.put("manifest", b"0")
    writes = [
        stores.blobs.put("manifest", f"{process}-{number}".encode(), if_match=etag)
        for number in range(10)
        for process, stores in enumerate(processes)
    ]
    results = await asyncio.gather(*writes, return_exceptions=True)
    won = [result for result in results if isinstance(result, str)]
    assert len(won) == 1
    assert sum(isinstance(result, PreconditionFailed) for result in results) == 19
    stored = await processes[0].blobs.get("manifest")
    assert stored is not None
    assert stored.etag == won[0]
