"""What every adapter of `shared.messages.ports.Inbox` does."""

import asyncio
from dataclasses import replace

import pytest

from shared.adapters.stores import Stores
from shared.ids import now_ms
from tests.shared.adapters.conftest import StoreMaker
from tests.shared.adapters.contracts.samples import DAY, a_change, an_arrival


async def test_messages_come_newest_first_as_they_were_stored(stores: Stores) -> None:
    """Every field survives; another session sees none of it."""
    rich = an_arrival(
        2, from_number=None, from_lid="99@lid", from_me=True, type="image", push_name="Budi \U0001f600",
        content={"media": {"mimetype": "image/jpeg", "size": 12}, "location": {"latitude": 1.5}}, raw=bytes(range(256)),
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
    await stores.inbox.append([replace(an_arrival(3), id=first.id, content={"message": "changed"})])
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


async def test_status_updates_are_apart(stores: Stores) -> None:
    """They take no place in pages of messages, have pages of their own, and are cleared and changed like messages."""
    statuses = [an_arrival(number, chat="status@broadcast") for number in (1, 3, 5)]
    messages = [an_arrival(number) for number in (2, 4)]
    await stores.inbox.append([*statuses, *messages])
    assert (await stores.inbox.newest("ses_1", limit=2)).messages == (messages[1], messages[0])
    first = await stores.inbox.newest("ses_1", limit=2, status=True)
    rest = await stores.inbox.newest("ses_1", limit=2, before=first.next, status=True)
    assert [*first.messages, *rest.messages] == [statuses[2], statuses[1], statuses[0]]
    await stores.inbox.change([a_change(statuses[0], "delete", 6)])
    assert (await stores.inbox.newest("ses_1", limit=9, status=True)).messages[2].content == {"deleted": True}
    await stores.inbox.clear("ses_1")
    assert (await stores.inbox.newest("ses_1", limit=9, status=True)).messages == ()


async def test_the_largest_message_that_is_kept_fits(stores: Stores) -> None:
    """An item of DynamoDB has 400 kB: what is shown and the protobuf at their bounds, and addresses beside them."""
    message = an_arrival(
        1, push_name="\U0001f600" * 100, content={"message": "x" * (280_000 - len('{"message":""}'))}, raw=bytes(98_400)
    )
    await stores.inbox.append([message])
    assert (await stores.inbox.newest("ses_1", limit=1)).messages == (message,)


async def test_a_page_of_large_messages_is_shorter(stores: Stores) -> None:
    """Whoever writes to a session decides how long messages are, and whoever lists them must not need all memory."""
    messages = [an_arrival(number, content={"message": "x" * 250_000}, raw=bytes(50_000)) for number in range(20)]
    await stores.inbox.append(messages)
    first = await stores.inbox.newest("ses_1", limit=500)
    assert 0 < len(first.messages) < 20
    rest = await stores.inbox.newest("ses_1", limit=500, before=first.next)
    assert [*first.messages, *rest.messages] == messages[::-1]
    assert rest.next is None


async def test_an_inbox_keeps_its_newest(stores: Stores) -> None:
    """Beyond a number the oldest go, of messages and of status updates apart; what was removed may arrive again."""
    arrivals = [an_arrival(number) for number in range(7)]
    updates = [an_arrival(number, chat="status@broadcast") for number in range(10, 13)]
    await stores.inbox.append([*arrivals, *updates, an_arrival(20, "ses_2")])
    assert await stores.inbox.trim("ses_1", keep=9) == 0
    assert await stores.inbox.trim("ses_1", keep=2) == 6
    assert [message.id for message in (await stores.inbox.newest("ses_1", limit=9)).messages] == [
        arrivals[6].id, arrivals[5].id,
    ]  # fmt: skip
    assert len((await stores.inbox.newest("ses_1", limit=9, status=True)).messages) == 2
    assert len((await stores.inbox.newest("ses_2", limit=9)).messages) == 1
    await stores.inbox.append([arrivals[0]])
    assert len((await stores.inbox.newest("ses_1", limit=9)).messages) == 3


async def test_old_messages_go(stores: Stores) -> None:
    """What is older than it is kept for is not shown after a purge; newer ones stay."""
    now = now_ms()
    old, new = (
        an_arrival(number, position=f"{now - days * DAY:013d}-{number:012d}") for number, days in ((1, 91), (2, 89))
    )
    await stores.inbox.append([old, new])
    await stores.inbox.purge(before=now - 90 * DAY)
    assert [message.id for message in (await stores.inbox.newest("ses_1", limit=9)).messages] == [new.id]


async def test_one_message_is_found_by_its_chat_and_id(stores: Stores) -> None:
    """Theirs and ours apart; nothing where it is another session's, another chat's, or gone."""
    theirs, ours = an_arrival(1, id="m1"), an_arrival(2, id="m1", from_me=True)
    await stores.inbox.append([theirs, ours])
    uid, chat = theirs.session_uid, theirs.chat
    assert await stores.inbox.get(uid, chat, "m1", from_me=False) == theirs
    assert await stores.inbox.get(uid, chat, "m1", from_me=True) == ours
    assert await stores.inbox.get(uid, chat, "m2", from_me=False) is None
    assert await stores.inbox.get(uid, "x@g.us", "m1", from_me=False) is None
    assert await stores.inbox.get("ses_other", chat, "m1", from_me=False) is None
    await stores.inbox.clear(uid)
    assert await stores.inbox.get(uid, chat, "m1", from_me=False) is None
