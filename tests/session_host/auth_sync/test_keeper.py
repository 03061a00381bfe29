"""Auth folders go to the store, and come back on another host: never older than what is said of them."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from session_host.auth_sync.errors import AuthUnreadable, Fenced
from session_host.auth_sync.pruning import Kept
from session_host.disk.session_files import DATABASE, KEY_FILE
from shared.blobs.keys import auth_manifest
from shared.errors import StoreUnavailable
from shared.sessions.model import Desired
from tests.session_host.auth_sync.keeping import PAIRED, UID, Place, World, row, snapshot_taken, until


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = await World.make(tmp_path)
    yield made
    await made.end()


async def taken(place: Place, epoch: int) -> bool:
    certain = await place.keeper.fetch(row(epoch))
    place.keeper.watch(UID, epoch)
    return certain


async def written(place: Place, *values: str) -> None:
    for value in values:
        place.write(value)
        place.keeper.urgent(UID)
        await snapshot_taken(place)


async def test_a_session_that_never_had_a_state_is_certain(world: World) -> None:
    """Its manifest is there from the first claim on, so that an earlier owner is fenced from the start."""
    one = world.place("one")
    assert await one.keeper.fetch(row(1))
    manifest = await world.manifest()
    assert (manifest["epoch"], manifest["object"], manifest["clean"]) == (1, None, False)


async def test_a_change_is_snapshotted(world: World) -> None:
    """What the library writes is in the store soon; the manifest says which object and what it holds."""
    one = world.place("one")
    await taken(one, 1)
    await written(one, "paired")
    manifest = await world.manifest()
    assert manifest["epoch"] == 1
    assert manifest["object"] == f"auth/{UID}/1-{manifest['seq']}"
    assert len(manifest["sha256"]) == 64
    blob = await world.blobs.get(manifest["object"])
    assert blob is not None
    assert b"SQLite" not in blob.body
    assert one.keeper.behind == 0.0


async def test_the_disk_of_the_owner_just_before_is_the_last_state(world: World) -> None:
    """A process that died on this disk leaves more than the store has: that is used, and nothing is downloaded."""
    one = world.place("one", min_interval=3600)
    await taken(one, 1)
    await written(one, "paired")
    one.write("after the last snapshot")
    await one.die()
    one.start()
    puts = len(world.blobs.puts)
    assert await one.keeper.fetch(row(2))
    assert one.read("whatsmeow_sessions") == ["paired", "after the last snapshot"]
    assert world.blobs.puts[puts:] == [auth_manifest(UID)]


async def test_a_host_that_died_leaves_its_last_snapshot(world: World) -> None:
    """On another disk it is restored, not certain, without Signal sessions and sender keys, the rest as it was."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "paired")
    await one.die()
    assert not await two.keeper.fetch(row(2))
    assert two.read() == ["paired"]
    assert two.read("whatsmeow_sessions") == []
    assert two.read("whatsmeow_sender_keys") == []
    assert (two.folder() / KEY_FILE).read_bytes() == b"k" * 32


async def test_clearing_can_be_switched_off(world: World) -> None:
    """For the test that shows what an old Signal state does."""
    one, two = world.place("one"), world.place("two", clear=False)
    await taken(one, 1)
    await written(one, "paired")
    await one.die()
    assert not await two.keeper.fetch(row(2))
    assert two.read("whatsmeow_sessions") == ["paired"]


async def test_a_clean_release_hands_over_the_very_last_state(world: World) -> None:
    """The next owner, on any disk, goes on with the Signal state as it was."""
    one, two = world.place("one", min_interval=3600), world.place("two")
    await taken(one, 1)
    await written(one, "first")
    one.write("last")
    await one.keeper.release(UID, 1, clean=True)
    assert (await world.manifest())["clean"]
    assert await two.keeper.fetch(row(2))
    assert two.read("whatsmeow_sessions") == ["first", "last"]
    assert not (await world.manifest())["clean"]


async def test_a_clean_state_is_the_last_only_for_the_next_epoch(world: World) -> None:
    """When somebody had the session in between, what they did is not in it."""
    one, two, three = world.place("one"), world.place("two"), world.place("three")
    await taken(one, 1)
    await written(one, "paired")
    await one.keeper.release(UID, 1, clean=True)
    await taken(two, 2)
    await two.die()
    assert not await three.keeper.fetch(row(3))
    assert three.read("whatsmeow_sessions") == []


async def test_an_unclean_release_is_not_the_last_state(world: World) -> None:
    """Who was fenced or lost the session says nothing of it any more."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "paired")
    puts = len(world.blobs.puts)
    await one.keeper.release(UID, 1, clean=False)
    assert len(world.blobs.puts) == puts
    assert not await two.keeper.fetch(row(2))


async def test_an_older_state_of_this_disk_is_not_used(world: World) -> None:
    """A host that had the session two owners ago restores what the last one left."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "old")
    await one.keeper.release(UID, 1, clean=True)
    await taken(two, 2)
    await written(two, "new")
    await two.keeper.release(UID, 2, clean=True)
    assert await one.keeper.fetch(row(3))
    assert one.read() == ["old", "new"]
    assert sorted(path.name for path in one.root.iterdir()) == [UID, f"{UID}.lock"]


async def test_doubt_stays_until_it_is_settled(world: World) -> None:
    """An owner that dies between a doubtful restore and `watch` leaves the doubt to the next one on its disk."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "paired")
    await one.die()
    assert not await two.keeper.fetch(row(2))
    await two.die()
    two.start()
    assert not await taken(two, 3)
    await written(two, "more")
    await two.die()
    two.start()
    assert await two.keeper.fetch(row(4))
    assert two.read("whatsmeow_sessions") == ["more"]


async def test_after_a_power_cut_the_disk_is_not_believed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's last commits may be missing then (synchronous=NORMAL): the snapshot is used, and not certain."""
    one = world.place("one")
    await taken(one, 1)
    await written(one, "paired")
    await one.die()
    monkeypatch.setattr("session_host.auth_sync.owner_file._BOOT_ID", Path(__file__))
    one.start()
    assert not await one.keeper.fetch(row(2))
    assert one.read() == ["paired"]
    assert one.read("whatsmeow_sessions") == []


async def test_a_database_from_before_there_were_snapshots_is_used(world: World) -> None:
    """The first start after an upgrade keeps the pairing, without its Signal state."""
    one = world.place("one")
    one.write("paired long ago")
    assert not await one.keeper.fetch(row(7, report=PAIRED))
    assert one.read() == ["paired long ago"]
    assert one.read("whatsmeow_sessions") == []


async def test_an_owner_of_the_past_gets_nothing(world: World) -> None:
    """Fetching with an epoch below the manifest's is refused."""
    one, two = world.place("one"), world.place("two")
    await taken(two, 2)
    with pytest.raises(Fenced):
        await one.keeper.fetch(row(1))
    assert (await world.manifest())["epoch"] == 2


async def test_a_fenced_owner_is_told_and_writes_no_more(world: World) -> None:
    """What an owner that was taken for dead writes never reaches the manifest."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "paired")
    await two.keeper.fetch(row(2))
    before = await world.manifest()
    one.write("of a zombie")
    await until(lambda: one.fenced == [(UID, 1)])
    assert await world.manifest() == before
    await one.keeper.release(UID, 1, clean=True)
    assert await world.manifest() == before
    assert two.fenced == []


async def test_a_lost_answer_is_not_a_foreign_owner(world: World) -> None:
    """A manifest that was written without our knowing is our own: we go on."""
    one = world.place("one")
    world.blobs.lose_answers = 1
    with pytest.raises(StoreUnavailable):
        await one.keeper.fetch(row(1))
    assert await taken(one, 1)
    world.blobs.lose_answers = 2
    one.write("paired")
    await snapshot_taken(one)
    assert one.fenced == []
    one.write("more")
    await snapshot_taken(one)
    assert (await world.manifest())["object"] in await world.objects()


async def test_a_store_that_is_away_delays_and_loses_nothing(world: World) -> None:
    """`behind` grows meanwhile; when the store is back the snapshot is taken."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "first")
    world.blobs.away = True
    one.write("while it is away")
    await until(lambda: one.keeper.behind > 1.0)
    world.blobs.away = False
    await snapshot_taken(one)
    assert one.keeper.behind == 0.0
    await two.keeper.fetch(row(2))
    assert two.read() == ["first", "while it is away"]


async def test_a_snapshot_that_fails_unexpectedly_ends_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised: the keeper goes on, and the snapshot is taken later."""
    one = world.place("one")
    await taken(one, 1)

    async def fails(*_: object, **__: object) -> None:
        monkeypatch.undo()
        raise RuntimeError("a bug")

    monkeypatch.setattr(one.keeper._snapshots, "take", fails)
    one.write("first")
    await until(lambda: one.keeper._snapshots.take is not fails)
    await snapshot_taken(one)
    assert not one.running.done()


async def test_a_fetch_without_the_store_says_so_and_can_be_repeated(world: World) -> None:
    """Nothing is opened on a guess; the lock is free again."""
    one = world.place("one")
    world.blobs.away = True
    with pytest.raises(StoreUnavailable):
        await one.keeper.fetch(row(1))
    world.blobs.away = False
    assert await one.keeper.fetch(row(1))


async def test_snapshots_keep_their_distance_unless_urgent(world: World) -> None:
    """Between two there is the interval; a pairing does not wait for it."""
    one = world.place("one", min_interval=3600)
    await taken(one, 1)
    await written(one, "first")
    seq = (await world.manifest())["seq"]
    one.write("second")
    await until(lambda: one.keeper.behind > 0.5)
    assert (await world.manifest())["seq"] == seq
    one.keeper.urgent(UID)
    await snapshot_taken(one)
    assert (await world.manifest())["seq"] > seq


async def test_a_session_that_was_just_fetched_connects_before_its_first_snapshot(world: World) -> None:
    """After a failover dozens connect at once; only a new pairing is kept before anything else."""
    one = world.place("one", min_interval=3600)
    await taken(one, 1)
    one.write("first")
    await until(lambda: one.keeper.behind > 0.5)
    assert await world.objects() == []
    one.keeper.urgent(UID)
    await snapshot_taken(one)
    assert len(await world.objects()) == 1


async def test_two_old_snapshots_are_kept_at_most(world: World) -> None:
    """The newest and the one before it; numbers only rise."""
    one = world.place("one")
    await taken(one, 1)
    numbers = []
    for value in "abcde":
        await written(one, value)
        manifest = await world.manifest()
        numbers.append(manifest["seq"])
        assert manifest["object"] in await world.objects()
    assert numbers == sorted(set(numbers))
    assert len(await world.objects()) == 2


async def test_a_logout_is_snapshotted_too(world: World) -> None:
    """On another host the old pairing does not come back."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "paired")
    for file in one.folder().glob(f"{DATABASE}*"):
        file.unlink()
    await snapshot_taken(one)
    await one.keeper.release(UID, 1, clean=True)
    assert await two.keeper.fetch(row(2))
    assert not (two.folder() / DATABASE).exists()


async def test_a_damaged_database_replaces_no_snapshot(world: World) -> None:
    """The last whole one stays the newest; `behind` tells that something is wrong."""
    one = world.place("one")
    await taken(one, 1)
    for value in "abcdefgh":
        one.write(value * 3000)
    await snapshot_taken(one)
    before = await world.manifest()
    with (one.folder() / DATABASE).open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096)
    await until(lambda: one.keeper.behind > 1.0)
    assert await world.manifest() == before


async def damage(world: World, key: str) -> None:
    blob = await world.blobs.get(key)
    assert blob is not None
    await world.blobs.put(key, blob.body[:-1] + bytes([blob.body[-1] ^ 1]))


async def test_a_damaged_snapshot_is_not_used_but_the_one_before(world: World) -> None:
    """One flipped bit is found; even of a clean state the older one is not certain."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "first", "second")
    await one.keeper.release(UID, 1, clean=True)
    await damage(world, (await world.manifest())["object"])
    assert not await two.keeper.fetch(row(2))
    assert two.read() == ["first"]
    assert two.read("whatsmeow_sessions") == []


async def test_without_a_whole_snapshot_nothing_is_started(world: World) -> None:
    """The pairing is not thrown away: the store may be repaired, and then it is restored."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "paired")
    await one.die()
    bodies = {key: await world.blobs.get(key) for key in await world.objects()}
    for key in bodies:
        await world.blobs.delete(key)
    with pytest.raises(AuthUnreadable):
        await two.keeper.fetch(row(2))
    assert not two.folder().exists()
    for key, blob in bodies.items():
        assert blob is not None
        await world.blobs.put(key, blob.body)
    assert not await two.keeper.fetch(row(3))
    assert two.read() == ["paired"]


async def test_the_wrong_key_says_so(world: World) -> None:
    """Two hosts with different keys: the words name the setting."""
    one, two = world.place("one"), world.place("two", key=bytes(32))
    await taken(one, 1)
    await written(one, "paired")
    await one.die()
    with pytest.raises(AuthUnreadable, match="WAGATE_AUTH_KEY"):
        await two.keeper.fetch(row(2))


async def test_a_pairing_that_is_nowhere_is_not_taken_for_none(world: World) -> None:
    """The row knows a number, and neither disk nor store has its database."""
    with pytest.raises(AuthUnreadable):
        await world.place("one").keeper.fetch(row(2, report=PAIRED))


async def test_a_session_to_be_deleted_needs_no_pairing(world: World) -> None:
    """Whatever is unreadable, its deletion can be finished."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "paired")
    await one.die()
    for key in await world.objects():
        await world.blobs.delete(key)
    assert not await two.keeper.fetch(row(2, report=PAIRED, desired=Desired.DELETED))
    await two.keeper.forget(UID)
    assert await world.blobs.list("auth/") == []


async def test_a_predecessor_that_lives_keeps_its_folder(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes never use one folder; the second says who is in its way, and gets it when the first has ended."""
    monkeypatch.setattr("session_host.auth_sync.folder_lock.FREE_WITHIN", 0.3)
    one = world.place("one")
    await taken(one, 1)
    await written(one, "paired")
    successor = world.place("one")
    with pytest.raises(StoreUnavailable, match="earlier owner"):
        await successor.keeper.fetch(row(2))
    assert (await world.manifest())["epoch"] == 1
    await one.die()
    assert await successor.keeper.fetch(row(2))


async def test_the_successor_waits_for_a_predecessor_that_is_ending(world: World) -> None:
    """It is the usual case: the new shard is there before the old one is gone."""
    one = world.place("one")
    await taken(one, 1)
    await written(one, "paired")
    successor = world.place("one")
    fetching = asyncio.create_task(successor.keeper.fetch(row(2)))
    await until(lambda: one.keeper.behind == 0.0)
    assert not fetching.done()
    await one.die()
    assert await fetching


async def test_a_crash_in_the_exchange_leaves_one_state(world: World) -> None:
    """Between its two renames there is no folder: the old one is put back, and the newer snapshot restored again."""
    one, two = world.place("one"), world.place("two")
    await taken(one, 1)
    await written(one, "old")
    await one.keeper.release(UID, 1, clean=True)
    await taken(two, 2)
    await written(two, "new")
    await two.keeper.release(UID, 2, clean=True)
    (one.root / UID).rename(one.root / f"{UID}.old")
    (one.root / f"{UID}.new").mkdir()
    (one.root / f"{UID}.new" / DATABASE).write_bytes(b"half a data")
    assert await one.keeper.fetch(row(3))
    assert one.read() == ["old", "new"]
    assert sorted(path.name for path in one.root.iterdir()) == [UID, f"{UID}.lock"]


async def test_forgetting_leaves_nothing(world: World) -> None:
    """Neither objects nor files beside the folder, which the session itself deletes; it may be repeated."""
    one = world.place("one")
    await taken(one, 1)
    await written(one, "paired")
    world.blobs.away = True
    with pytest.raises(StoreUnavailable):
        await one.keeper.forget(UID)
    world.blobs.away = False
    await one.keeper.forget(UID)
    await one.keeper.forget(UID)
    assert await world.blobs.list("auth/") == []
    assert [path.name for path in one.root.iterdir()] == [UID]


async def test_many_sessions_are_all_served(world: World) -> None:
    """One that changes all the time does not keep the others waiting."""
    one = world.place("one")
    uids = [f"ses_{number}" for number in range(30)]
    for uid in uids:
        await one.keeper.fetch(row(1, uid))
        one.keeper.watch(uid, 1)
    await taken(one, 1)
    for uid in uids:
        one.write("paired", uid)
    manifests = {auth_manifest(uid) for uid in uids}
    deadline = time.monotonic() + 90
    before = len(world.blobs.puts)
    while not manifests <= set(world.blobs.puts[before:]):
        assert time.monotonic() < deadline
        one.write("always")
        await asyncio.sleep(0.01)


async def test_secrets_are_pruned_while_a_session_is_watched(world: World) -> None:
    """And what is pruned is in no later snapshot; one that nobody needs for long is not kept for ever."""
    one = world.place("one")
    one.secrets = Kept(max_age=86_400_000, most=1000)
    await one.die()
    one.start()
    await taken(one, 1)
    one.write("paired")
    with closing(sqlite3.connect(one.folder() / DATABASE)) as database:
        database.execute("CREATE TABLE whatsmeow_message_secrets (message_id INTEGER, key BLOB)")
        database.executemany(
            "INSERT INTO whatsmeow_message_secrets VALUES (?, ?)", [(place, b"k" * 32) for place in range(1500)]
        )
        database.commit()
        pruning = asyncio.create_task(one.keeper.run_tending())
        newest = "SELECT count(*), min(message_id), max(message_id) FROM whatsmeow_message_secrets"
        try:
            async with asyncio.timeout(60):
                while database.execute(newest).fetchone() != (1000, 500, 1499):
                    await asyncio.sleep(0.02)
        finally:
            pruning.cancel()
