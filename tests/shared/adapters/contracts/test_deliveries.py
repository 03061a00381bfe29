"""What every adapter of `shared.webhooks.ports.Deliveries` does."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.stores import Stores
from shared.events.cursor import Cursor
from shared.ids import new_replay_id, now_ms
from shared.webhooks.model import Attempt, Counts, DeliveryState, Place, Replay
from tests.shared.adapters.conftest import StoreMaker
from tests.shared.adapters.contracts.samples import DAY, a_delivery

_PLACE = Place(subscription_id="wh_1", cursor=Cursor(5, 10, 1_000))


def _pending(number: int, **fields: object) -> dict[str, object]:
    return {"state": DeliveryState.PENDING, "next_at": 1_000 + number, "waited": True} | fields


async def test_a_place_is_whose_took_it_last(stores: Stores) -> None:
    """Whoever had it before writes it no more, but what became of events is stored even so."""
    assert await stores.deliveries.take("wh_1") is None
    await stores.deliveries.begin(_PLACE)
    await stores.deliveries.begin(replace(_PLACE, cursor=Cursor(9, 9, 9)))
    first = await stores.deliveries.take("wh_1")
    assert first == replace(_PLACE, epoch=1)
    moved = replace(
        first, cursor=Cursor(5, 12, 2_000), failing_since=7, succeeded_at=8, warned=50, delivered=3, failed=1
    )
    assert await stores.deliveries.settle(moved, [a_delivery(11)])
    assert await stores.deliveries.places(["wh_1", "wh_2"]) == {"wh_1": moved}
    second = await stores.deliveries.take("wh_1")
    assert second == replace(moved, epoch=2)
    assert not await stores.deliveries.settle(replace(moved, cursor=Cursor(5, 99, 3_000)), [a_delivery(13)])
    assert (await stores.deliveries.places(["wh_1"]))["wh_1"] == second
    assert [row.position for row in (await stores.deliveries.page("wh_1", limit=9)).deliveries] == [13, 11]


async def test_a_place_can_be_moved_under_who_delivers(stores: Stores) -> None:
    """It goes on from there with its failures forgotten, and who had it writes nothing more."""
    cursor = Cursor(5, 50, 5_000)
    assert not await stores.deliveries.move("wh_1", cursor)
    await stores.deliveries.begin(replace(_PLACE, failing_since=7, warned=90, delivered=4, succeeded_at=3))
    had = await stores.deliveries.take("wh_1")
    assert had is not None
    assert await stores.deliveries.move("wh_1", cursor)
    assert not await stores.deliveries.settle(had, [])
    expected = replace(had, cursor=cursor, failing_since=None, warned=0, epoch=2)
    assert await stores.deliveries.places(["wh_1"]) == {"wh_1": expected}


async def test_a_delivery_is_found_as_it_was_stored(stores: Stores) -> None:
    """Every field survives, in each state; what is stored later stands over it."""
    tries = (Attempt(1_000, 20, 500, "Oops \U0001f4a5"), Attempt(2_000, 15_000, None, "no answer within 15 s"))
    body = b'{"data": "x"}' * 5_000
    rows = [
        a_delivery(1, state=DeliveryState.DELIVERED, attempts=1, tries=(Attempt(1, 2, 204),)),
        a_delivery(2, **_pending(5, attempts=2, tries=tries, body=body)),
        a_delivery(3, state=DeliveryState.GIVEN_UP, waited=True, attempts=10, body=b"{}", test=True),
    ]
    await stores.deliveries.put(rows)
    for row in rows:
        assert await stores.deliveries.get("wh_1", row.event_id) == row
        assert await stores.deliveries.get("wh_2", row.event_id) is None
    done = replace(rows[1], state=DeliveryState.DELIVERED, next_at=None, body=None, attempts=3)
    again = replace(rows[0], state=DeliveryState.PENDING, next_at=9, waited=True)
    await stores.deliveries.put([done, again])
    assert await stores.deliveries.get("wh_1", done.event_id) == done
    assert await stores.deliveries.get("wh_1", again.event_id) == again
    found = (await stores.deliveries.page("wh_1", limit=9)).deliveries
    assert found == [replace(row, body=None) for row in (rows[2], done, again)]


async def test_what_waits_is_read_at_once_by_its_time(stores: Stores) -> None:
    """Each change is seen by the next reader; of the same moment the one that stands first in the log comes first."""
    late, early, same = (a_delivery(number, **_pending(at)) for number, at in ((1, 9), (3, 2), (2, 2)))
    await stores.deliveries.put(
        [late, early, same, a_delivery(4), a_delivery(5, subscription_id="wh_2", **_pending(1))]
    )
    assert await stores.deliveries.waiting("wh_1") == [same, early, late]
    assert await stores.deliveries.waiting("wh_1", 2) == [same, early]
    await stores.deliveries.put(
        [
            replace(same, state=DeliveryState.DELIVERED, next_at=None),
            replace(early, next_at=5_000),
            replace(late, body=b"{}"),
        ]
    )
    assert await stores.deliveries.waiting("wh_1") == [replace(late, body=b"{}"), replace(early, next_at=5_000)]


async def test_deliveries_are_listed_the_newest_event_first(stores: Stores) -> None:
    """Page by page, all of them or those of a state; nothing comes twice or is left out, over several days."""
    states = (
        {"state": DeliveryState.DELIVERED},
        _pending(1),
        {"state": DeliveryState.GIVEN_UP, "waited": True},
        {"state": DeliveryState.SKIPPED, "waited": True},
        {"state": DeliveryState.DELIVERED, "waited": True},
    )
    rows = [a_delivery(number, at=now_ms() - (14 - number) * DAY // 4, **states[number % 5]) for number in range(15)]
    await stores.deliveries.put(rows)
    newest_first = [replace(row, body=None) for row in reversed(rows)]
    for state in (None, *DeliveryState):
        expected = [row for row in newest_first if state in {None, row.state}]
        found, after = [], None
        while True:
            page = await stores.deliveries.page("wh_1", state=state, after=after, limit=2)
            found += page.deliveries
            after = page.next
            if after is None:
                break
            assert len(page.deliveries) == 2
        assert found == expected


async def test_what_did_not_succeed_is_counted(stores: Stores) -> None:
    """What waits and what was given up."""
    assert await stores.deliveries.counts("wh_1") == Counts(0, 0)
    given_up = [a_delivery(number, state=DeliveryState.GIVEN_UP, waited=True) for number in range(3)]
    await stores.deliveries.put([*given_up, a_delivery(9), *(a_delivery(n, **_pending(n)) for n in range(10, 20))])
    assert await stores.deliveries.counts("wh_1") == Counts(10, 3)


async def test_a_replay_is_there_until_it_is_done(stores: Stores) -> None:
    """It moves together with the place, and only under who delivers; the first one asked for is the first."""
    first, second = (
        Replay(subscription_id="wh_1", id=new_replay_id(), log=5, position=0, until=9, made_at=7) for _ in range(2)
    )
    await stores.deliveries.begin(_PLACE)
    for replay in (second, replace(first, missed_only=True)):
        await stores.deliveries.replay(replay)
    assert await stores.deliveries.replays("wh_1") == [replace(first, missed_only=True), second]
    assert await stores.deliveries.replays("wh_2") == []
    place = await stores.deliveries.take("wh_1")
    assert place is not None
    further = replace(second, position=5)
    assert await stores.deliveries.settle(place, [a_delivery(1)], further)
    assert (await stores.deliveries.replays("wh_1"))[1] == further
    assert not await stores.deliveries.settle(replace(place, epoch=0), [], replace(second, position=9))
    assert (await stores.deliveries.replays("wh_1"))[1] == further
    assert await stores.deliveries.settle(place, [], replace(first, position=9))
    assert await stores.deliveries.replays("wh_1") == [further]


async def test_a_subscription_is_forgotten(stores: Stores) -> None:
    """With its place, its replays and all that was not delivered, or that of one session; what others have stays."""
    states = (_pending(1), {"state": DeliveryState.GIVEN_UP, "waited": True})
    rows = [a_delivery(number, session_uid=f"ses_{number % 2}", **states[number // 2 % 2]) for number in range(20)]
    delivered, other = a_delivery(2_000, session_uid="ses_0"), a_delivery(1, subscription_id="wh_2", **_pending(1))
    replay = Replay(subscription_id="wh_1", id=new_replay_id(), log=5, position=0, until=9, made_at=7)
    await stores.deliveries.begin(_PLACE)
    await stores.deliveries.replay(replay)
    await stores.deliveries.put([*rows, delivered, other])
    place = await stores.deliveries.take("wh_1")
    assert place is not None
    for _ in range(2):
        await stores.deliveries.forget("wh_1", "ses_0")
    left = (await stores.deliveries.page("wh_1", limit=99)).deliveries
    assert [row.position for row in left] == [2_000, *range(19, 0, -2)]
    assert await stores.deliveries.replays("wh_1") == [replay]
    for _ in range(2):
        await stores.deliveries.forget("wh_1")
    assert not await stores.deliveries.settle(place, [], replace(replay, position=5))
    assert await stores.deliveries.replays("wh_1") == []
    assert await stores.deliveries.places(["wh_1"]) == {}
    assert (await stores.deliveries.page("wh_1", limit=9)).deliveries == [delivered]
    assert await stores.deliveries.waiting("wh_2") == [other]


async def test_what_is_old_is_removed(stores: Stores) -> None:
    """Some at a time, the oldest first. A store that does so by itself says that there is nothing."""
    rows = [a_delivery(number, first_at=number) for number in range(10)]
    await stores.deliveries.put(rows)
    await stores.deliveries.put([replace(rows[0], attempts=2)])
    removed = [await stores.deliveries.prune(8, 5) for _ in range(3)]
    left = [row.position for row in (await stores.deliveries.page("wh_1", limit=99)).deliveries]
    assert (removed, left) in [([5, 3, 0], [9, 8]), ([0, 0, 0], list(range(9, -1, -1)))]


@pytest.mark.races
async def test_of_many_that_take_a_place_one_has_it(store_maker: StoreMaker) -> None:
    """Over two processes; each has an epoch of its own, and only the last one's is good."""
    processes = [await store_maker.open(), await store_maker.open()]
    await processes[0].deliveries.begin(_PLACE)
    taken = await asyncio.gather(*(processes[number % 2].deliveries.take("wh_1") for number in range(10)))
    assert sorted(place.epoch for place in taken if place is not None) == list(range(1, 11))
    settled = await asyncio.gather(*(processes[0].deliveries.settle(place, []) for place in taken if place is not None))
    assert sum(settled) == 1
