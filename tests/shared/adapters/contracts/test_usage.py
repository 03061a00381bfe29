"""What every adapter of `shared.tenants.usage.UsageRows` does."""

from shared.adapters.stores import Stores
from shared.ids import now_ms
from shared.tenants.usage import HOUR_MS, Counted


async def test_numbers_add_up(stores: Stores) -> None:
    """Of several processes, by key, hour and what it is; spans have both their ends."""
    now = now_ms() // HOUR_MS
    await stores.usage_rows.add({("key_1", now, "sent.text"): 2, ("key_1", now - 1, "requests"): 7})
    await stores.usage_rows.add({("key_1", now, "sent.text"): 3, ("key_2", now, "sent.text"): 100})
    await stores.usage_rows.add({})
    both = [Counted(now - 1, "requests", 7), Counted(now, "sent.text", 5)]
    assert await stores.usage_rows.between("key_1", now - 1, now) == both
    assert await stores.usage_rows.between("key_1", now, now) == both[1:]
    assert await stores.usage_rows.between("key_1", now - 9, now - 2) == []
    assert await stores.usage_rows.between("key_3", 0, now) == []
