"""What doctor says of hosts that are gone, by the rows that it finds."""

from __future__ import annotations

from pathlib import Path

from cli.checks.journals import journals
from shared.adapters.stores import open_stores
from shared.settings import StoreSettings


async def test_a_host_that_is_gone_with_its_journals_is_named(tmp_path: Path) -> None:
    """With what waited in all of them; not while its shards are alive, and not when somebody empties them."""
    assert list(journals(tmp_path)) == []
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        for slot in range(3):
            begun = await stores.leases.begin(f"host-{slot}", "host", room=1, folder="/gone")
            lease = await stores.leases.renew(begun, held=0, room=1, waiting=7)
            assert lease
            assert list(journals(tmp_path)) == []
            if slot < 2:
                assert await stores.leases.declare_dead(lease)
        first, second, _ = await stores.leases.all()
        assert list(journals(tmp_path)) == []
        assert await stores.leases.leave(first, now=1_795_953_600_000)
        assert await stores.leases.leave(second, now=1_795_953_600_001)
        (found,) = journals(tmp_path)
    assert (found.check, found.state) == ("journals", "warn")
    assert "host is gone since 2026-11-2" in found.text
    assert "14 event(s)" in found.text
    assert "wagate hosts forget host" in found.remedy
