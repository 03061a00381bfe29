"""What every adapter of `shared.leases.ports.Leases` does."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.stores import Stores
from shared.leases.model import Lease
from tests.shared.adapters.conftest import StoreMaker


async def test_a_shard_begins_alive_and_empty(stores: Stores) -> None:
    """Its row is made; another shard's is another row; all of them come sorted."""
    second = await stores.leases.begin("host_b-0", "host_b", room=5)
    first = await stores.leases.begin("host_a-1", "host_a", room=40)
    assert first == Lease("host_a-1", "host_a", first.version, held=0, room=40)
    assert await stores.leases.all() == [first, second]


async def test_a_renewal_raises_the_version_by_one_and_says_what_is_held(stores: Stores) -> None:
    """What it returns is what is stored, and the next renewal is of that."""
    begun = await stores.leases.begin("host-0", "host", room=40)
    renewed = await stores.leases.renew(begun, held=3, room=37)
    assert renewed == replace(begun, version=begun.version + 1, held=3, room=37)
    assert await stores.leases.all() == [renewed]
    again = await stores.leases.renew(renewed, held=4, room=36)
    assert again == replace(begun, version=begun.version + 2, held=4, room=36)


async def test_a_renewal_whose_answer_was_lost_is_known_again(stores: Stores) -> None:
    """Tried again with the lease it began with, it is the one renewal; two renewals later it is an old lease."""
    begun = await stores.leases.begin("host-0", "host", room=40)
    first = await stores.leases.renew(begun, held=1, room=39)
    assert first is not None
    assert await stores.leases.renew(begun, held=1, room=39) == first
    assert await stores.leases.renew(first, held=1, room=39) is not None
    assert await stores.leases.renew(begun, held=1, room=39) is None


async def test_a_shard_that_started_again_ends_the_lease_before(stores: Stores) -> None:
    """Its version rises by one too: the earlier process must not take that for a renewal of its own."""
    before = await stores.leases.begin("host-0", "host", room=40, release="1.0.0")
    after = await stores.leases.begin("host-0", "host-of-today", room=30, release="1.1.0")
    assert after == Lease("host-0", "host-of-today", before.version + 1, held=0, room=30, release="1.1.0")
    assert await stores.leases.renew(before, held=1, room=39) is None
    renewed = await stores.leases.renew(after, held=1, room=29)
    assert renewed is not None
    assert await stores.leases.renew(before, held=1, room=39) is None
    assert await stores.leases.all() == [renewed]


async def test_a_shard_that_died_while_it_drained_drains_when_it_is_back(stores: Stores) -> None:
    """Until it is taken back; a row that was removed is forgotten with it."""
    await stores.leases.begin("host-0", "host", room=40)
    await stores.leases.set_draining("host", draining=True)
    again = await stores.leases.begin("host-0", "host", room=40)
    assert again.draining
    assert await stores.leases.remove(again)
    assert not (await stores.leases.begin("host-0", "host", room=40)).draining


async def test_a_dead_lease_is_not_renewed(stores: Stores) -> None:
    """Nor is the renewal before it known again; only another start makes it alive."""
    begun = await stores.leases.begin("host-0", "host", room=40)
    renewed = await stores.leases.renew(begun, held=3, room=37)
    assert renewed is not None
    assert not await stores.leases.declare_dead(begun)
    assert await stores.leases.declare_dead(renewed)
    assert await stores.leases.declare_dead(renewed)
    assert await stores.leases.all() == [replace(renewed, dead=True)]
    assert await stores.leases.renew(renewed, held=3, room=37) is None
    assert await stores.leases.renew(begun, held=3, room=37) is None
    alive = await stores.leases.begin("host-0", "host", room=40)
    assert (alive.dead, alive.version) == (False, renewed.version + 1)
    assert not await stores.leases.declare_dead(renewed)


async def test_a_lease_is_removed_by_its_version_only(stores: Stores) -> None:
    """What is gone can be neither renewed, declared dead nor removed."""
    begun = await stores.leases.begin("host-0", "host", room=40)
    renewed = await stores.leases.renew(begun, held=0, room=40)
    assert renewed is not None
    assert not await stores.leases.remove(begun)
    assert await stores.leases.remove(renewed)
    assert not await stores.leases.remove(renewed)
    assert await stores.leases.all() == []
    assert await stores.leases.renew(renewed, held=0, room=40) is None
    assert not await stores.leases.declare_dead(renewed)


async def test_a_row_that_was_removed_and_made_again_is_another_lease(stores: Stores) -> None:
    """A process that slept through both does not find its own version there."""
    slept = await stores.leases.begin("host-0", "host", room=40)
    assert await stores.leases.remove(slept)
    successor = await stores.leases.begin("host-0", "host", room=40)
    assert await stores.leases.renew(slept, held=1, room=39) is None
    assert not await stores.leases.declare_dead(slept)
    assert not await stores.leases.remove(slept)
    assert await stores.leases.all() == [successor]


async def test_the_living_shards_of_a_host_are_told_to_drain(stores: Stores) -> None:
    """They read it with their next renewal; the version is only theirs to raise."""
    living = [await stores.leases.begin(f"host-{slot}", "host", room=40) for slot in range(2)]
    dead = await stores.leases.begin("host-2", "host", room=40)
    await stores.leases.declare_dead(dead)
    other = await stores.leases.begin("host_b-0", "host_b", room=40)

    assert await stores.leases.set_draining("host", draining=True) == 2
    draining = [replace(lease, draining=True) for lease in living]
    assert await stores.leases.all() == [*draining, replace(dead, dead=True), other]
    renewed = await stores.leases.renew(living[0], held=1, room=0)
    assert renewed == replace(draining[0], version=living[0].version + 1, held=1, room=0)

    assert await stores.leases.set_draining("host", draining=False) == 2
    assert not any(lease.draining for lease in await stores.leases.all())
    assert await stores.leases.set_draining("nobody", draining=True) == 0


@pytest.mark.races
async def test_of_a_renewal_and_its_death_one_wins(store_maker: StoreMaker) -> None:
    """A shard that was declared dead knows; what was seen before a renewal cannot declare it dead."""
    shard, challenger = await store_maker.open(), await store_maker.open()
    for turn in range(20):
        lease = await shard.leases.begin(f"host-{turn}", "host", room=40)
        calls = [shard.leases.renew(lease, held=1, room=39), challenger.leases.declare_dead(lease)]
        first, second = await asyncio.gather(*(calls if turn % 2 else reversed(calls)))
        renewed, died = (first, second) if turn % 2 else (second, first)
        assert (renewed is not None) != died
        assert [found.dead for found in await shard.leases.all() if found.owner == lease.owner] == [died]


@pytest.mark.races
async def test_of_many_starts_of_a_shard_the_last_has_the_lease(store_maker: StoreMaker) -> None:
    """Each has a version of its own, so only one of them can renew."""
    processes = [await store_maker.open(), await store_maker.open()]
    leases = await asyncio.gather(
        *(stores.leases.begin("host-0", "host", room=40) for _ in range(10) for stores in processes)
    )
    assert len({lease.version for lease in leases}) == 20
    renewed = await asyncio.gather(*(processes[0].leases.renew(lease, held=0, room=40) for lease in leases))
    won = [lease for lease, after in zip(leases, renewed, strict=True) if after is not None]
    assert [lease.version for lease in won] == [max(lease.version for lease in leases)]


async def test_processes_of_another_kind_are_no_shards(stores: Stores) -> None:
    """Those that deliver events have leases beside those of shards: each kind sees its own, under its own names."""
    shard = await stores.leases.begin("host-0", "host", room=5)
    worker = await stores.workers.begin("host-0", "host", room=0)
    assert (worker.owner, worker.host) == ("host-0", "host")
    renewed = await stores.workers.renew(worker, held=2, room=0)
    assert renewed == replace(worker, version=worker.version + 1, held=2)
    assert await stores.leases.set_draining("host", draining=True) == 1
    assert await stores.workers.all() == [renewed]
    assert await stores.leases.all() == [replace(shard, draining=True)]
    assert renewed is not None
    assert await stores.workers.remove(renewed)
    assert await stores.workers.all() == []


async def test_a_lease_says_where_its_journal_is_and_what_waits_in_it(stores: Stores) -> None:
    """From the last start and the last renewal; a start that says nothing of it has none."""
    begun = await stores.leases.begin("host-0", "host", room=40, folder="/data")
    assert begun.folder == "/data"
    renewed = await stores.leases.renew(begun, held=1, room=39, waiting=7)
    assert renewed == replace(begun, version=begun.version + 1, held=1, room=39, waiting=7)
    again = await stores.leases.begin("host-0", "host", room=40)
    assert (again.folder, again.waiting) == ("", 0)


async def test_a_journal_that_is_out_of_reach_is_noted_once(stores: Stores) -> None:
    """Of a shard that is dead, by the one who is first; until the shard is back, or its row is removed."""
    begun = await stores.leases.begin("host-0", "host", room=40, folder="/data")
    assert not await stores.leases.leave(begun, now=5)
    assert await stores.leases.declare_dead(begun)
    assert sorted(await asyncio.gather(*(stores.leases.leave(begun, now=now) for now in (5, 5)))) == [False, True]
    assert not await stores.leases.leave(begun, now=9)
    (left,) = await stores.leases.all()
    assert left == replace(begun, dead=True, left_at=5)
    assert (await stores.leases.begin("host-0", "host", room=40)).left_at == 0
    assert not await stores.leases.remove(left)
