"""What every adapter of `shared.tenants.ports.ApiKeys` does."""

from dataclasses import replace

from shared.adapters.stores import Stores
from shared.tenants.limits import Limits
from shared.tenants.model import KeyNews, KeyUse, OldSecret
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


async def test_what_a_key_may_do_is_changed(stores: Stores) -> None:
    """Numbers, or None for none of its own; limits; only of the version that was read. Unknown ids make no row."""
    limits = Limits(("sales",), ("10.0.0.0/8", "2001:db8::/32"), ("628123456789@s.whatsapp.net",))
    key = a_key(max_sessions=3, limits=limits, per_minute=60)
    await stores.keys.add(key)
    assert await stores.keys.by_hash(key.hash) == key
    for changes in ({"max_sessions": 0}, {"max_sessions": None, "limits": Limits()}, {"per_minute": None}):
        assert await stores.keys.change(replace(key, **changes))
        assert not await stores.keys.change(replace(key, **changes))
        key = replace(key, **changes, version=key.version + 1)
        assert await stores.keys.get(key.id) == key
    assert not await stores.keys.change(replace(key, id="key_nobody"))
    assert len(await stores.keys.all()) == 1


async def test_a_key_is_found_by_its_old_secrets_while_it_has_them(stores: Stores) -> None:
    """Several at a time; one it has no longer finds nothing, and after a deletion none of them does."""
    key = a_key(hash="a" * 64)
    await stores.keys.add(key)
    for secret in "bcd":
        old = (OldSecret(key.hash, 5), *key.old_secrets)[:2]
        changed = replace(key, hash=secret * 64, prefix=f"wa_{secret}", old_secrets=old)
        assert await stores.keys.change(changed)
        key = replace(changed, version=key.version + 1)
    for secret in "dcb":
        assert await stores.keys.by_hash(secret * 64) == key
    assert await stores.keys.by_hash("a" * 64) is None
    assert await stores.keys.delete(key.id)
    for secret in "abcd":
        assert await stores.keys.by_hash(secret * 64) is None


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
    assert await stores.keys.change(replace(key, max_sessions=5), news(2))
    assert await stores.keys.change(replace(key, version=1), news(3))
    assert await stores.keys.warn(key.id, 1, news(4))
    assert not await stores.keys.warn(key.id, 1, news(5))
    assert await stores.keys.revoke(key.id, news(6))
    assert await stores.keys.revoke(key.id, news(7))
    assert not await stores.keys.revoke("key_nobody", news(8, "key_nobody"))
    assert not await stores.keys.change(key, news(9))
    kept = await stores.keys.news()
    assert [each for each in kept if each.key_id == key.id] == [news(number) for number in (1, 2, 3, 4, 6)]
    assert [each for each in kept if each.key_id != key.id] == [news(10, other.id)]
    assert await stores.keys.get(key.id) == replace(key, active=False, warned=1, version=2)
    assert len(await stores.keys.all()) == 2
    for _ in range(2):
        await stores.keys.told(news(2))
    assert [each.number for each in await stores.keys.news() if each.key_id == key.id] == [1, 3, 4, 6]
