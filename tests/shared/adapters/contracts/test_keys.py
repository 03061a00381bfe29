"""What every adapter of `shared.tenants.ports.ApiKeys` does."""

from dataclasses import replace

from shared.adapters.stores import Stores
from shared.tenants.model import KeyNews, KeyUse
from tests.shared.adapters.contracts.samples import a_key


async def test_a_key_is_found_as_it_was_stored(stores: Stores) -> None:
    """By its hash and by its id; every field survives."""
    key = a_key(scopes=("send", "read"), expires_at=5, default_region="ID", last_used=7, request_count=3)
    plain = a_key()
    await stores.keys.add(key)
    await stores.keys.add(plain)
    assert await stores.keys.by_hash(key.hash) == key
    assert await stores.keys.get(key.id) == key
    assert await stores.keys.get(plain.id) == plain


async def test_an_unknown_key_is_none(stores: Stores) -> None:
    """Not an error: the caller decides what to answer."""
    assert await stores.keys.by_hash("0" * 64) is None
    assert await stores.keys.get("key_nobody") is None
    assert await stores.keys.all() == []


async def test_all_keys_are_listed_oldest_first(stores: Stores) -> None:
    """Whatever the order they were stored in."""
    keys = [a_key(created_at=at) for at in (3, 1, 2)]
    for key in keys:
        await stores.keys.add(key)
    assert [key.created_at for key in await stores.keys.all()] == [1, 2, 3]


async def test_a_revoked_key_keeps_its_row(stores: Stores) -> None:
    """Revoking says whether there is such a key, and may be repeated."""
    key = a_key()
    await stores.keys.add(key)
    assert await stores.keys.revoke(key.id)
    assert await stores.keys.revoke(key.id)
    found = await stores.keys.by_hash(key.hash)
    assert found is not None
    assert not found.active
    assert not await stores.keys.revoke("key_nobody")


async def test_a_deleted_key_is_gone_by_hash_too(stores: Stores) -> None:
    """The second delete says that there was none; other keys stay."""
    key, other = a_key(), a_key()
    await stores.keys.add(key)
    await stores.keys.add(other)
    assert await stores.keys.delete(key.id)
    assert not await stores.keys.delete(key.id)
    assert await stores.keys.by_hash(key.hash) is None
    assert await stores.keys.all() == [other]


async def test_how_many_sessions_a_key_may_have(stores: Stores) -> None:
    """A number, or None for no number of its own; unknown ids make no row."""
    key = a_key(max_sessions=3)
    await stores.keys.add(key)
    assert await stores.keys.by_hash(key.hash) == key
    for number in (0, 7, None):
        assert await stores.keys.set_max_sessions(key.id, number)
        assert await stores.keys.get(key.id) == replace(key, max_sessions=number)
    assert not await stores.keys.set_max_sessions("key_nobody", 1)
    assert len(await stores.keys.all()) == 1


async def test_uses_add_up_and_last_used_only_rises(stores: Stores) -> None:
    """Several API processes write what each saw, in any order; unknown ids make no row."""
    key = a_key()
    await stores.keys.add(key)
    await stores.keys.record_use({key.id: KeyUse(3, 500), "key_nobody": KeyUse(1, 1)})
    await stores.keys.record_use({key.id: KeyUse(4, 400)})
    await stores.keys.record_use({})
    found = await stores.keys.get(key.id)
    assert found is not None
    assert (found.request_count, found.last_used) == (7, 500)
    assert await stores.keys.all() == [found]


async def test_what_happens_to_a_key_is_kept_by_the_same_write_until_it_is_told(stores: Stores) -> None:
    """What changes nothing is no news: a second revocation, a warning that was given, a key that is not there."""
    key, other = a_key(), a_key()

    def news(number: int, of: str = key.id) -> KeyNews:
        return KeyNews(of, number, "key_changed", b'{"n":%d}' % number)

    await stores.keys.add(key, news(1))
    await stores.keys.add(other, news(10, other.id))
    assert await stores.keys.set_max_sessions(key.id, 5, news(2))
    assert await stores.keys.set_max_sessions(key.id, None, news(3))
    assert await stores.keys.warn(key.id, 1, news(4))
    assert not await stores.keys.warn(key.id, 1, news(5))
    assert await stores.keys.revoke(key.id, news(6))
    assert await stores.keys.revoke(key.id, news(7))
    assert not await stores.keys.revoke("key_nobody", news(8, "key_nobody"))
    assert not await stores.keys.set_max_sessions("key_nobody", 1, news(9, "key_nobody"))
    kept = await stores.keys.news()
    assert [each for each in kept if each.key_id == key.id] == [news(number) for number in (1, 2, 3, 4, 6)]
    assert [each for each in kept if each.key_id != key.id] == [news(10, other.id)]
    assert await stores.keys.get(key.id) == replace(key, active=False, warned=1)
    assert len(await stores.keys.all()) == 2
    for _ in range(2):
        await stores.keys.told(news(2))
    assert [each.number for each in await stores.keys.news() if each.key_id == key.id] == [1, 3, 4, 6]
