"""What every adapter of `shared.messages.ports.Inbox` does."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from shared.adapters.stores import Stores
from shared.ids import now_ms
from shared.messages.model import InboundMessage
from tests.shared.adapters.conftest import StoreMaker
from tests.shared.adapters.contracts.samples import DAY, an_arrival


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


def a_change(of: InboundMessage, number: int, **content: Any) -> InboundMessage:
    """What edits or deletes a message, by its author."""
    return replace(an_arrival(number, of.session_uid), id=of.id, chat=of.chat, from_me=of.from_me, content=content)


async def test_an_edit_changes_the_text_of_its_message(stores: Stores) -> None:
    """In its place; what the edit does not say stays, the protobuf too. Doing it again changes nothing."""
    message = an_arrival(1, type="image", content={"message": "old", "media": {"size": 3}}, raw=b"proto")
    await stores.inbox.append([message, an_arrival(2)])
    edits = [a_change(message, 3, message="older", edited=True), a_change(message, 4, message="new", edited=True)]
    for _ in range(2):
        await stores.inbox.change(edits)
        page = await stores.inbox.newest("ses_1", limit=10)
        content = {"message": "new", "media": {"size": 3}, "edited": True}
        assert page.messages == (an_arrival(2), replace(message, content=content))


async def test_a_deleted_message_says_nothing_any_more(stores: Stores) -> None:
    """No text, no protobuf, and a later edit does not bring it back."""
    message = an_arrival(1, raw=b"proto")
    await stores.inbox.append([message])
    await stores.inbox.change([a_change(message, 2, deleted=True), a_change(message, 3, message="back", edited=True)])
    page = await stores.inbox.newest("ses_1", limit=10)
    assert page.messages == (replace(message, content={"deleted": True}, raw=None),)


async def test_a_change_of_a_message_that_is_not_there_is_kept_in_its_place(stores: Stores) -> None:
    """Nothing vanishes when the message was cleared, or comes later: it does not undo its own change then."""
    message = an_arrival(1)
    change = a_change(message, 2, message="new", edited=True)
    await stores.inbox.change([change])
    await stores.inbox.append([message])
    assert (await stores.inbox.newest("ses_1", limit=10)).messages == (change,)
    await stores.inbox.clear("ses_1")
    assert (await stores.inbox.newest("ses_1", limit=10)).messages == ()


async def test_in_a_group_only_its_author_changes_a_message(stores: Stores) -> None:
    """Every member knows the ids of the others' messages; a LID or a number may be all that is known of an author."""
    group = {"chat": "12036@g.us", "from_lid": "9@lid"}
    message, by_lid = an_arrival(1, **group), an_arrival(2, **(group | {"from_number": None}))
    await stores.inbox.append([message, by_lid])
    forged = replace(a_change(message, 3, message="forged", edited=True), from_number="628666", from_lid="6@lid")
    nobody = replace(a_change(by_lid, 4, deleted=True), from_number=None, from_lid=None)
    await stores.inbox.change([forged, nobody])
    assert (await stores.inbox.newest("ses_1", limit=10)).messages == (by_lid, message)
    right = replace(a_change(message, 5, message="new", edited=True), from_number="628111", from_lid=None)
    await stores.inbox.change([right, replace(a_change(by_lid, 6, deleted=True), from_number=None, from_lid="9@lid")])
    shown = [found.content for found in (await stores.inbox.newest("ses_1", limit=10)).messages]
    assert shown == [{"deleted": True}, {"message": "new", "edited": True}]


async def test_status_updates_are_apart(stores: Stores) -> None:
    """They take no place in pages of messages, have pages of their own, and are cleared and changed like messages."""
    statuses = [an_arrival(number, chat="status@broadcast") for number in (1, 3, 5)]
    messages = [an_arrival(number) for number in (2, 4)]
    await stores.inbox.append([*statuses, *messages])
    assert (await stores.inbox.newest("ses_1", limit=2)).messages == (messages[1], messages[0])
    first = await stores.inbox.newest("ses_1", limit=2, status=True)
    rest = await stores.inbox.newest("ses_1", limit=2, before=first.next, status=True)
    assert [*first.messages, *rest.messages] == [statuses[2], statuses[1], statuses[0]]
    await stores.inbox.change([a_change(statuses[0], 6, deleted=True)])
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


@pytest.mark.races
async def test_changes_at_the_same_moment_are_all_done(store_maker: StoreMaker) -> None:
    """A shard and its successor: the delete is never undone by an edit that was read before it."""
    shards = [await store_maker.open(), await store_maker.open()]
    messages = [an_arrival(number) for number in range(6)]
    await shards[0].inbox.append(messages)
    edits = [a_change(message, 10, message="new", edited=True) for message in messages]
    deletes = [a_change(message, 11, deleted=True) for message in messages]
    await asyncio.gather(shards[0].inbox.change(edits), shards[1].inbox.change(deletes))
    found = (await shards[0].inbox.newest("ses_1", limit=10)).messages
    assert [message.content for message in found] == [{"deleted": True}] * 6


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
