"""What every adapter of `shared.sessions.ports.Sessions` does."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.stores import Stores
from shared.errors import SessionLimit, SessionNameTaken
from shared.sessions.model import Desired, Held, Session, SessionReport, SessionStatus
from tests.shared.adapters.conftest import StoreMaker

_READ_AT_ONCE = 100
"""Rows by their keys that DynamoDB gives in one answer."""


async def made(stores: Stores, key_id: str = "key_1", name: str = "sales", now: int = 1_000) -> Session:
    session, created = await stores.sessions.get_or_create(key_id, name, now=now)
    assert created
    return session


async def until_unowned(stores: Stores, uids: list[str], limit: int = 10) -> None:
    """Wait until these sessions need a host by the store: an index that lags behind may say so."""
    async with asyncio.timeout(60):
        while [session.uid for session in await stores.sessions.unowned(limit)] != uids:
            await asyncio.sleep(0.05)


async def test_a_session_is_made_once(stores: Stores) -> None:
    """The second call for a name gets the first one's session."""
    session = await made(stores)
    assert (session.key_id, session.name, session.created_at) == ("key_1", "sales", 1_000)
    assert (session.desired, session.owner, session.epoch) == (Desired.RUNNING, None, 0)
    assert session.report == SessionReport(SessionStatus.STARTING, since=1_000)
    assert await stores.sessions.get_or_create("key_1", "sales", now=2_000) == (session, False)
    assert await stores.sessions.named("key_1", "sales") == session
    assert await stores.sessions.get(session.uid) == session


async def test_two_keys_with_one_name_have_two_sessions(stores: Stores) -> None:
    """A key never sees another's session."""
    mine, theirs = await made(stores, "key_1"), await made(stores, "key_2")
    assert mine.uid != theirs.uid
    assert await stores.sessions.list_of("key_1") == [mine]
    assert await stores.sessions.list_of("key_2") == [theirs]
    assert await stores.sessions.named("key_3", "sales") is None
    assert await stores.sessions.get("ses_nobody") is None


async def test_names_are_told_apart_exactly(stores: Stores) -> None:
    """Case and dots count; a name is not a pattern."""
    names = ["a", "A", "a.b", "a_b", "a-b"]
    for at, name in enumerate(names):
        await made(stores, name=name, now=at)
    assert [session.name for session in await stores.sessions.list_of("key_1")] == names


async def test_deleting_frees_the_name_at_once(stores: Stores) -> None:
    """The deleted session is invisible by name, final, still there by uid until its host removes it."""
    old = await made(stores)
    deleted = await stores.sessions.set_desired(old.uid, Desired.DELETED)
    assert deleted is not None
    assert deleted.desired is Desired.DELETED
    assert await stores.sessions.named("key_1", "sales") is None
    assert await stores.sessions.list_of("key_1") == []
    assert await stores.sessions.get(old.uid) == deleted
    assert await stores.sessions.set_desired(old.uid, Desired.RUNNING) is None

    new = await made(stores, now=2_000)
    assert new.uid != old.uid
    await stores.sessions.remove(old.uid)
    await stores.sessions.remove(old.uid)
    assert await stores.sessions.get(old.uid) is None
    assert await stores.sessions.named("key_1", "sales") == new


async def test_a_session_is_renamed(stores: Stores) -> None:
    """It keeps its uid and everything else; the old name is free, and renaming may be repeated."""
    session = await made(stores)
    claimed = await stores.sessions.claim(session.uid, "host-0")
    assert claimed is not None
    renamed = await stores.sessions.rename(session.uid, "support")
    assert renamed == replace(claimed, name="support")
    assert await stores.sessions.rename(session.uid, "support") == renamed
    assert await stores.sessions.named("key_1", "support") == renamed
    assert await stores.sessions.named("key_1", "sales") is None
    assert await stores.sessions.list_of("key_1") == [renamed]
    assert (await made(stores)).uid != session.uid


async def test_a_name_that_is_taken_is_not_given(stores: Stores) -> None:
    """Nothing changes; another key's name does not count, a deleted session's is free."""
    session, other = await made(stores), await made(stores, name="support", now=2_000)
    await made(stores, "key_2", "theirs")
    with pytest.raises(SessionNameTaken):
        await stores.sessions.rename(session.uid, "support")
    assert await stores.sessions.named("key_1", "sales") == session
    assert await stores.sessions.named("key_1", "support") == other
    assert await stores.sessions.rename(session.uid, "theirs") is not None
    await stores.sessions.set_desired(other.uid, Desired.DELETED)
    renamed = await stores.sessions.rename(session.uid, "support")
    assert renamed is not None
    await stores.sessions.remove(other.uid)
    assert await stores.sessions.named("key_1", "support") == renamed


async def test_what_is_not_there_is_not_renamed(stores: Stores) -> None:
    """None for a session that never was or is being deleted."""
    session = await made(stores)
    await stores.sessions.set_desired(session.uid, Desired.DELETED)
    assert await stores.sessions.rename(session.uid, "support") is None
    assert await stores.sessions.rename("ses_nobody", "support") is None
    assert await stores.sessions.named("key_1", "support") is None


@pytest.mark.races
async def test_one_of_many_gets_a_name(stores: Stores) -> None:
    """Renamed or made at once, of all sessions one has it."""
    sessions = [await made(stores, name=f"s{number}", now=number) for number in range(5)]
    asked = [stores.sessions.rename(session.uid, "wanted") for session in sessions]
    created = stores.sessions.get_or_create("key_1", "wanted", now=9)
    await asyncio.gather(*asked, created, return_exceptions=True)
    named = [session for session in await stores.sessions.list_of("key_1") if session.name == "wanted"]
    assert len(named) == 1
    assert await stores.sessions.named("key_1", "wanted") == named[0]


async def test_removing_a_session_frees_its_name(stores: Stores) -> None:
    """Also one that nobody marked as deleted before."""
    old = await made(stores)
    await stores.sessions.remove(old.uid)
    assert await stores.sessions.named("key_1", "sales") is None
    assert (await made(stores)).uid != old.uid


async def test_desired_is_changed_and_the_row_returned(stores: Stores) -> None:
    """None when there is no such session."""
    session = await made(stores)
    stopped = await stores.sessions.set_desired(session.uid, Desired.STOPPED)
    assert stopped is not None
    assert stopped.desired is Desired.STOPPED
    assert await stores.sessions.named("key_1", "sales") == stopped
    assert await stores.sessions.set_desired("ses_nobody", Desired.STOPPED) is None


async def test_unowned_are_those_that_need_a_host(stores: Stores) -> None:
    """Wanted running or deleted, held by nobody; oldest first, no more than asked for."""
    running, deleted, stopped, held = [
        await made(stores, name=name, now=at) for at, name in enumerate(("a", "b", "c", "d"))
    ]
    await stores.sessions.set_desired(deleted.uid, Desired.DELETED)
    await stores.sessions.set_desired(stopped.uid, Desired.STOPPED)
    await stores.sessions.claim(held.uid, "host-0")
    await until_unowned(stores, [running.uid, deleted.uid])
    await until_unowned(stores, [running.uid], limit=1)
    await stores.sessions.set_desired(stopped.uid, Desired.RUNNING)
    await until_unowned(stores, [running.uid, deleted.uid, stopped.uid])


async def test_a_claim_raises_the_epoch_and_keeps_others_out(stores: Stores) -> None:
    """Another shard is refused; the same shard, restarted, takes its own back under a higher epoch."""
    session = await made(stores)
    first = await stores.sessions.claim(session.uid, "host-0")
    assert first is not None
    assert (first.owner, first.epoch) == ("host-0", 1)
    assert await stores.sessions.claim(session.uid, "host-1") is None
    again = await stores.sessions.claim(session.uid, "host-0")
    assert again is not None
    assert again.epoch == 2
    assert await stores.sessions.owned_by("host-0") == [again]
    assert await stores.sessions.owned_by("host-1") == []
    assert await stores.sessions.held_by("host-0") == [Held(session.uid, 2, Desired.RUNNING)]
    assert await stores.sessions.held_by("host-1") == []
    assert await stores.sessions.claim("ses_nobody", "host-0") is None


async def test_what_is_held_says_what_is_wanted(stores: Stores) -> None:
    """As soon as it is wanted, whoever holds the session by then; nothing of one that was given up or removed."""
    kept, moved, freed, removed = [await made(stores, name=name) for name in ("a", "b", "c", "d")]
    for session in (kept, moved, freed, removed):
        await stores.sessions.claim(session.uid, "host-0")
    await stores.sessions.set_desired(kept.uid, Desired.STOPPED)
    await stores.sessions.release(moved.uid, "host-0", 1, to="host-1")
    await stores.sessions.set_desired(moved.uid, Desired.DELETED)
    await stores.sessions.release(freed.uid, "host-0", 1)
    await stores.sessions.remove(removed.uid)
    assert await stores.sessions.held_by("host-0") == [Held(kept.uid, 1, Desired.STOPPED)]
    assert await stores.sessions.held_by("host-1") == [Held(moved.uid, 1, Desired.DELETED)]
    taken = await stores.sessions.take_over(replace(kept, owner="host-0", epoch=1), "host-1")
    assert taken is not None
    assert taken.desired is Desired.STOPPED
    assert await stores.sessions.held_by("host-0") == []
    assert Held(kept.uid, 2, Desired.STOPPED) in await stores.sessions.held_by("host-1")


async def test_many_sessions_are_listed_whole(stores: Stores) -> None:
    """More than a store reads at once, of a key and of a shard."""
    names = [f"s{place:03}" for place in range(_READ_AT_ONCE + 1)]
    for at, name in enumerate(names):
        session = await made(stores, name=name, now=at)
        await stores.sessions.claim(session.uid, "host-0")
    assert [session.name for session in await stores.sessions.list_of("key_1")] == names
    assert [session.name for session in await stores.sessions.owned_by("host-0")] == names


async def test_owned_sessions_are_listed_oldest_first(stores: Stores) -> None:
    """Deleted ones too: their host has to remove them."""
    sessions = [await made(stores, name=f"s{at}", now=at) for at in (3, 1, 2)]
    for session in sessions:
        await stores.sessions.claim(session.uid, "host-0")
    await stores.sessions.set_desired(sessions[0].uid, Desired.DELETED)
    assert [session.created_at for session in await stores.sessions.owned_by("host-0")] == [1, 2, 3]


async def test_a_released_session_can_be_claimed_by_another(stores: Stores) -> None:
    """Only the holder's own epoch releases it; the epoch never goes back."""
    session = await made(stores)
    await stores.sessions.claim(session.uid, "host-0")
    assert not await stores.sessions.release(session.uid, "host-0", 7)
    assert not await stores.sessions.release(session.uid, "host-1", 1)
    assert await stores.sessions.release(session.uid, "host-0", 1)
    assert not await stores.sessions.release(session.uid, "host-0", 1)
    assert await stores.sessions.owned_by("host-0") == []
    taken = await stores.sessions.claim(session.uid, "host-1")
    assert taken is not None
    assert (taken.owner, taken.epoch) == ("host-1", 2)


async def test_a_session_is_handed_to_another_shard(stores: Stores) -> None:
    """It is never free in between; the epoch stays until the other claims it as its own."""
    session = await made(stores)
    await stores.sessions.claim(session.uid, "host-0")
    assert not await stores.sessions.release(session.uid, "host-0", 7, to="host-1")
    assert await stores.sessions.release(session.uid, "host-0", 1, to="host-1")
    assert not await stores.sessions.release(session.uid, "host-0", 1, to="host-2")
    await until_unowned(stores, [])
    assert await stores.sessions.owned_by("host-0") == []
    (handed,) = await stores.sessions.owned_by("host-1")
    assert (handed.owner, handed.epoch) == ("host-1", 1)
    assert not await stores.sessions.write_report(session.uid, "host-0", 1, session.report)
    assert await stores.sessions.claim(session.uid, "host-2") is None
    claimed = await stores.sessions.claim(session.uid, "host-1")
    assert claimed is not None
    assert claimed.epoch == 2
    assert await stores.sessions.release(session.uid, "host-1", 2)
    await until_unowned(stores, [session.uid])


async def test_a_dead_shards_session_is_taken_over(stores: Stores) -> None:
    """By the row that was read: the dead shard's epoch is refused from then on."""
    session = await made(stores)
    held = await stores.sessions.claim(session.uid, "host-0")
    assert held is not None
    taken = await stores.sessions.take_over(held, "host-1")
    assert taken is not None
    assert (taken.uid, taken.owner, taken.epoch) == (session.uid, "host-1", 2)
    assert await stores.sessions.get(session.uid) == taken
    assert await stores.sessions.owned_by("host-0") == []
    assert not await stores.sessions.write_report(session.uid, "host-0", 1, session.report)
    assert not await stores.sessions.release(session.uid, "host-0", 1)
    assert await stores.sessions.release(session.uid, "host-1", 2)


async def test_a_row_that_changed_is_not_taken_over(stores: Stores) -> None:
    """Another has it, its shard came back and claimed it, it is free or gone: it is no longer the dead shard's."""
    free = await made(stores)
    assert await stores.sessions.take_over(free, "host-1") is None
    held = await stores.sessions.claim(free.uid, "host-0")
    assert held is not None
    reclaimed = await stores.sessions.claim(free.uid, "host-0")
    assert reclaimed is not None
    assert await stores.sessions.take_over(held, "host-1") is None
    assert await stores.sessions.take_over(reclaimed, "host-1") is not None
    assert await stores.sessions.take_over(reclaimed, "host-2") is None
    await stores.sessions.release(free.uid, "host-1", 3)
    assert await stores.sessions.take_over(reclaimed, "host-2") is None
    await stores.sessions.remove(free.uid)
    assert await stores.sessions.take_over(reclaimed, "host-2") is None


async def test_a_take_over_whose_answer_was_lost_can_be_tried_again(stores: Stores) -> None:
    """Like a claim of what one holds: still one's own, under a higher epoch."""
    session = await made(stores)
    held = await stores.sessions.claim(session.uid, "host-0")
    assert held is not None
    first = await stores.sessions.take_over(held, "host-1")
    again = await stores.sessions.take_over(held, "host-1")
    assert first is not None
    assert again is not None
    assert (again.owner, again.epoch) == ("host-1", first.epoch + 1)


async def test_a_session_is_connected_no_more_when_it_changes_hands(stores: Stores) -> None:
    """Whoever reads the row is not told `connected` of an owner that is gone; every other report stays as it was."""
    session = await made(stores)
    await stores.sessions.claim(session.uid, "host-0")
    connected = SessionReport(SessionStatus.CONNECTED, since=9, number="628111")
    assert await stores.sessions.write_report(session.uid, "host-0", 1, connected)
    starting = replace(connected, status=SessionStatus.STARTING)
    claimed = await stores.sessions.claim(session.uid, "host-0")
    assert claimed is not None
    assert claimed.report == starting
    assert await stores.sessions.write_report(session.uid, "host-0", 2, connected)
    taken = await stores.sessions.take_over(claimed, "host-1")
    assert taken is not None
    assert (taken.report, taken.epoch) == (starting, 3)


async def test_only_the_holder_writes_the_report(stores: Stores) -> None:
    """What an earlier owner says is refused by its epoch; every field of a report survives, and is cleared."""
    session = await made(stores)
    await stores.sessions.claim(session.uid, "host-0")
    full = SessionReport(SessionStatus.FAILED, "temporary_ban", 5, 6, 7, "628111", "123@lid", "Toko \U0001f6d2")
    assert await stores.sessions.write_report(session.uid, "host-0", 1, full)
    assert (await stores.sessions.claim(session.uid, "host-0") or session).report == full
    connected = SessionReport(SessionStatus.CONNECTED, since=9)
    assert not await stores.sessions.write_report(session.uid, "host-0", 1, connected)
    assert not await stores.sessions.write_report(session.uid, "host-1", 2, connected)
    assert not await stores.sessions.write_report("ses_nobody", "host-0", 2, connected)
    assert (await stores.sessions.get(session.uid) or session).report == full
    assert await stores.sessions.write_report(session.uid, "host-0", 2, connected)
    assert (await stores.sessions.get(session.uid) or session).report == connected


async def test_keys_take_turns_among_those_that_nobody_holds(stores: Stores) -> None:
    """One key's twenty, all older, do not hide another key's first."""
    crowd = [await made(stores, "key_1", f"s{number}", now=number) for number in range(20)]
    late = await made(stores, "key_2", "late", now=99)
    await until_unowned(stores, [row.uid for row in (crowd[0], late, *crowd[1:])], limit=100)
    await until_unowned(stores, [crowd[0].uid, late.uid, crowd[1].uid], limit=3)


@pytest.mark.races
async def test_of_many_that_make_a_session_one_does(store_maker: StoreMaker) -> None:
    """Two API processes, twenty requests each, one name: one session."""
    processes = [await store_maker.open(), await store_maker.open()]
    answers = await asyncio.gather(
        *(stores.sessions.get_or_create("key_1", "sales", now=1) for _ in range(20) for stores in processes)
    )
    assert len({session.uid for session, _ in answers}) == 1
    assert [created for _, created in answers].count(True) == 1
    assert len(await processes[0].sessions.list_of("key_1")) == 1


async def test_a_key_has_at_most_so_many_sessions(stores: Stores) -> None:
    """What is there is found all the same; a deleted or renamed session counts as it should; other keys do not."""
    first, second = await made(stores, name="a"), await made(stores, name="b")
    with pytest.raises(SessionLimit):
        await stores.sessions.get_or_create("key_1", "c", now=1, at_most=2)
    assert await stores.sessions.get_or_create("key_1", "a", now=1, at_most=0) == (first, False)
    assert (await stores.sessions.get_or_create("key_2", "c", now=1, at_most=1))[1]
    await stores.sessions.rename(second.uid, "renamed")
    with pytest.raises(SessionLimit):
        await stores.sessions.get_or_create("key_1", "b", now=1, at_most=2)
    await stores.sessions.set_desired(first.uid, Desired.DELETED)
    assert (await stores.sessions.get_or_create("key_1", "c", now=1, at_most=2))[1]
    await stores.sessions.remove(first.uid)
    with pytest.raises(SessionLimit):
        await stores.sessions.get_or_create("key_1", "d", now=1, at_most=2)
    assert len(await stores.sessions.list_of("key_1")) == 2


@pytest.mark.races
async def test_many_at_once_do_not_pass_the_limit(store_maker: StoreMaker) -> None:
    """Two API processes that make ten sessions each at the same moment, where five are allowed: five are made."""
    processes = [await store_maker.open(), await store_maker.open()]
    answers = await asyncio.gather(
        *(
            stores.sessions.get_or_create("key_1", f"{place}-{number}", now=1, at_most=5)
            for number in range(10)
            for place, stores in enumerate(processes)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, tuple) for answer in answers) == 5
    assert sum(isinstance(answer, SessionLimit) for answer in answers) == 15
    assert len(await processes[0].sessions.list_of("key_1")) == 5


@pytest.mark.races
async def test_of_many_that_claim_a_session_one_wins(store_maker: StoreMaker) -> None:
    """Two hosts with ten shards each: one owner, and the epoch rose once."""
    hosts = [await store_maker.open(), await store_maker.open()]
    session = await made(hosts[0])
    claims = await asyncio.gather(
        *(
            stores.sessions.claim(session.uid, f"host{host}-{slot}")
            for slot in range(10)
            for host, stores in enumerate(hosts)
        )
    )
    won = [claimed for claimed in claims if claimed is not None]
    assert len(won) == 1
    assert await hosts[1].sessions.get(session.uid) == won[0]
    assert won[0].epoch == 1


@pytest.mark.races
async def test_of_many_that_take_over_a_session_one_wins(store_maker: StoreMaker) -> None:
    """Ten shards on each of two hosts saw the same row of a dead one: one owner, and the epoch rose once."""
    hosts = [await store_maker.open(), await store_maker.open()]
    session = await made(hosts[0])
    held = await hosts[0].sessions.claim(session.uid, "dead-0")
    assert held is not None
    taken = await asyncio.gather(
        *(
            stores.sessions.take_over(held, f"host{host}-{slot}")
            for slot in range(10)
            for host, stores in enumerate(hosts)
        )
    )
    won = [row for row in taken if row is not None]
    assert len(won) == 1
    assert await hosts[1].sessions.get(session.uid) == won[0]
    assert won[0].epoch == 2


@pytest.mark.races
async def test_of_a_restarted_shard_and_its_heir_one_wins(store_maker: StoreMaker) -> None:
    """It claims what it held while another takes it over: whoever comes first has it, the other is refused."""
    restarted, heir = await store_maker.open(), await store_maker.open()
    for turn in range(10):
        session = await made(restarted, name=f"s{turn}")
        held = await restarted.sessions.claim(session.uid, "host-0")
        assert held is not None
        calls = [restarted.sessions.claim(session.uid, "host-0"), heir.sessions.take_over(held, "host-1")]
        rows = await asyncio.gather(*(calls if turn % 2 else reversed(calls)))
        (won,) = [row for row in rows if row is not None]
        assert won.epoch == 2
        assert await heir.sessions.get(session.uid) == won


async def test_a_device_is_to_be_unlinked_until_its_owner_says_that_it_is(stores: Stores) -> None:
    """Since the first time that was asked; a stopped session needs a host for it, and runs afterwards."""
    session = await made(stores)
    await stores.sessions.set_desired(session.uid, Desired.STOPPED)
    await until_unowned(stores, [])
    asked = await stores.sessions.unlink(session.uid, now=5_000, then=Desired.RUNNING)
    assert asked == replace(session, unlink_since=5_000)
    assert await stores.sessions.unlink(session.uid, now=6_000, then=Desired.RUNNING) == asked
    assert await stores.sessions.get(session.uid) == asked
    stopped = await stores.sessions.set_desired(session.uid, Desired.STOPPED)
    assert stopped == replace(asked, desired=Desired.STOPPED)
    await until_unowned(stores, [session.uid])

    held = await stores.sessions.claim(session.uid, "host-0")
    assert held is not None
    assert held.unlink_since == 5_000
    assert await stores.sessions.held_by("host-0") == [Held(session.uid, 1, Desired.STOPPED, unlink=True)]
    assert not await stores.sessions.unlinked(session.uid, "host-0", 2)
    assert not await stores.sessions.unlinked(session.uid, "host-1", 1)
    assert await stores.sessions.unlinked(session.uid, "host-0", 1)
    assert await stores.sessions.unlinked(session.uid, "host-0", 1)
    assert await stores.sessions.get(session.uid) == replace(held, unlink_since=None)
    assert await stores.sessions.held_by("host-0") == [Held(session.uid, 1, Desired.STOPPED)]
    assert await stores.sessions.unlink("ses_nobody", now=1, then=Desired.DELETED) is None


async def test_a_session_that_is_deleted_is_unlinked_first(stores: Stores) -> None:
    """Its name is free at once; logging out cannot bring it back, and asking again changes nothing."""
    session = await made(stores)
    await stores.sessions.unlink(session.uid, now=5_000, then=Desired.RUNNING)
    deleted = await stores.sessions.unlink(session.uid, now=7_000, then=Desired.DELETED)
    assert deleted == replace(session, desired=Desired.DELETED, unlink_since=5_000)
    assert await stores.sessions.unlink(session.uid, now=8_000, then=Desired.RUNNING) is None
    assert await stores.sessions.unlink(session.uid, now=8_000, then=Desired.DELETED) == deleted
    assert await stores.sessions.named("key_1", "sales") is None
    another = await made(stores, now=9_000)
    await until_unowned(stores, [session.uid, another.uid])


@pytest.mark.races
async def test_settings_are_changed_one_after_the_other(stores: Stores) -> None:
    """Each change is made of the one before, however many come at once; whoever holds the session is told of them."""
    session = await made(stores)
    assert (session.settings, session.settings_version) == (None, 0)
    await stores.sessions.claim(session.uid, "host-0")
    await asyncio.gather(*(stores.sessions.choose(session.uid, lambda before: (before or "") + "x") for _ in range(5)))
    now = await stores.sessions.get(session.uid)
    assert now is not None
    assert (now.settings, now.settings_version) == ("xxxxx", 5)
    assert await stores.sessions.held_by("host-0") == [Held(session.uid, 1, Desired.RUNNING, settings_version=5)]
    assert (await stores.sessions.named("key_1", "sales")) == now


async def test_how_far_the_past_is_stays_with_the_session(stores: Stores) -> None:
    """Anybody may note it; a report, another owner and other settings leave it, and nobody makes a row by it."""
    session = await made(stores)
    assert session.history is None
    await stores.sessions.note_history(session.uid, '{"progress": 40}')
    await stores.sessions.claim(session.uid, "host-0")
    await stores.sessions.choose(session.uid, lambda _: "{}")
    await stores.sessions.write_report(session.uid, "host-0", 1, SessionReport(SessionStatus.CONNECTED, since=1))
    kept = await stores.sessions.get(session.uid)
    assert kept is not None
    assert (kept.history, kept.settings) == ('{"progress": 40}', "{}")
    await stores.sessions.note_history("ses_nobody", "{}")
    assert await stores.sessions.get("ses_nobody") is None


async def test_settings_stay_with_the_session(stores: Stores) -> None:
    """Another owner, another name and what is wanted of it change nothing of them; a deleted one has none to change."""
    session = await made(stores)
    chosen = await stores.sessions.choose(session.uid, lambda _: "{}")
    assert chosen is not None
    await stores.sessions.claim(session.uid, "host-0")
    await stores.sessions.release(session.uid, "host-0", 1)
    await stores.sessions.claim(session.uid, "host-1")
    await stores.sessions.rename(session.uid, "support")
    await stores.sessions.set_desired(session.uid, Desired.STOPPED)
    (kept,) = await stores.sessions.list_of("key_1")
    assert (kept.settings, kept.settings_version) == ("{}", 1)
    await stores.sessions.set_desired(session.uid, Desired.DELETED)
    assert await stores.sessions.choose(session.uid, lambda _: "{}") is None
    assert await stores.sessions.choose("ses_nobody", lambda _: "{}") is None
