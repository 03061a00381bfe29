"""What every adapter of `shared.messages.ports.Inbox` does."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.stores import Stores
from tests.shared.adapters.conftest import StoreMaker
from tests.shared.adapters.contracts.samples import an_arrival


async def test_messages_come_newest_first_as_they_were_stored(stores: Stores) -> None:
    """Every field survives; another session sees none of it."""
    rich = an_arrival(
        2, from_number=None, from_lid="99@lid", from_me=True, type="image", text=None, push_name="Budi \U0001f600",
        media={"mimetype": "image/jpeg", "size": 12, "ratio": 1.5},
    )  # fmt: skip
    await stores.inbox.append([an_arrival(1), rich])
    await stores.inbox.append([an_arrival(3)])
    await stores.inbox.append([])
    page = await stores.inbox.newest("ses_1", limit=10)
    assert page.messages == (an_arrival(3), rich, an_arrival(1))
    assert page.next is None
    assert (await stores.inbox.newest("ses_2", limit=10)).messages == ()


async def test_pages_follow_each_other_without_gap_or_double(stores: Stores) -> None:
    """`next` leads to the rest; the last page has none, also when it is exactly full."""
    await stores.inbox.append([an_arrival(number) for number in range(6)])
    first = await stores.inbox.newest("ses_1", limit=2)
    second = await stores.inbox.newest("ses_1", limit=2, before=first.next)
    third = await stores.inbox.newest("ses_1", limit=2, before=second.next)
    seen = [*first.messages, *second.messages, *third.messages]
    assert seen == [an_arrival(number) for number in (5, 4, 3, 2, 1, 0)]
    assert first.next is not None
    assert third.next is None


async def test_what_arrives_between_pages_does_not_move_them(stores: Stores) -> None:
    """The cursor is a place, not a count."""
    await stores.inbox.append([an_arrival(number) for number in range(4)])
    first = await stores.inbox.newest("ses_1", limit=2)
    await stores.inbox.append([an_arrival(9)])
    second = await stores.inbox.newest("ses_1", limit=2, before=first.next)
    assert second.messages == (an_arrival(1), an_arrival(0))


async def test_a_message_stored_again_is_left_as_it_is(stores: Stores) -> None:
    """WhatsApp delivers again what was not acknowledged: the same id in the same chat is one message."""
    first = an_arrival(1)
    await stores.inbox.append([first, replace(an_arrival(2), id=first.id)])
    await stores.inbox.append([replace(an_arrival(3), id=first.id, text="changed")])
    assert (await stores.inbox.newest("ses_1", limit=10)).messages == (first,)


async def test_many_messages_are_stored_at_once_and_whole(stores: Stores) -> None:
    """Of several sessions, one of them twice: each is there once, in its order."""
    arrivals = [an_arrival(number, f"ses_{number % 3}") for number in range(90)]
    await stores.inbox.append([*arrivals, replace(an_arrival(99, "ses_0"), id=arrivals[0].id)])
    for place in range(3):
        page = await stores.inbox.newest(f"ses_{place}", limit=100)
        assert list(page.messages) == arrivals[place::3][::-1]
        await stores.inbox.clear(f"ses_{place}")
        assert (await stores.inbox.newest(f"ses_{place}", limit=100)).messages == ()


async def test_equal_ids_elsewhere_are_other_messages(stores: Stores) -> None:
    """In another chat, from the other side, in another session."""
    first = an_arrival(1)
    others = [
        replace(an_arrival(2), id=first.id, chat="628222@s.whatsapp.net"),
        replace(an_arrival(3), id=first.id, from_me=True),
    ]
    elsewhere = replace(first, session_uid="ses_2")
    await stores.inbox.append([first, *others, elsewhere])
    assert (await stores.inbox.newest("ses_1", limit=10)).messages == (others[1], others[0], first)
    assert (await stores.inbox.newest("ses_2", limit=10)).messages == (elsewhere,)


async def test_clearing_empties_one_inbox(stores: Stores) -> None:
    """Others keep theirs; new messages come in; a message that was cleared may be stored again."""
    await stores.inbox.append([an_arrival(number) for number in range(60)])
    await stores.inbox.append([an_arrival(1, "ses_2")])
    await stores.inbox.clear("ses_1")
    await stores.inbox.clear("ses_1")
    assert (await stores.inbox.newest("ses_1", limit=10)).messages == ()
    assert len((await stores.inbox.newest("ses_2", limit=10)).messages) == 1
    await stores.inbox.append([an_arrival(1), an_arrival(70)])
    assert (await stores.inbox.newest("ses_1", limit=10)).messages == (an_arrival(70), an_arrival(1))


@pytest.mark.races
async def test_many_that_store_the_same_messages_store_them_once(store_maker: StoreMaker) -> None:
    """A shard that was killed and its successor may apply the same journal at once."""
    shards = [await store_maker.open(), await store_maker.open()]
    arrivals = [an_arrival(number) for number in range(8)]
    await asyncio.gather(*(stores.inbox.append(arrivals) for _ in range(4) for stores in shards))
    assert (await shards[0].inbox.newest("ses_1", limit=100)).messages == tuple(reversed(arrivals))
