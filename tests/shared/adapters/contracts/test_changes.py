"""What every adapter makes of what is said about a message after it: once, in whichever order it comes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import permutations
from typing import Any

import pytest

from shared.adapters.sqlite.inbox import SqliteInbox
from shared.adapters.stores import Stores
from shared.messages.changes import Change
from shared.messages.model import MessageState
from shared.messages.received import InboundMessage
from shared.poll_options import id_of_hash
from tests.shared.adapters.conftest import StoreMaker
from tests.shared.adapters.contracts.samples import a_change, a_message, an_arrival

NUMBER, OTHER, LID = "628222", "628333", "900100000000001@lid"
POLL = {"message": "Lunch?", "poll": {"question": "Lunch?", "options": ["Rice", "Noodles"], "multiple": True}}


def choices(*options: str) -> list[str]:
    """What options are called in a vote."""
    return [id_of_hash(sha256(option.encode()).digest()) for option in options]


async def shown(stores: Stores, limit: int = 10) -> list[dict[str, Any]]:
    """What is shown of the messages, the newest first."""
    return [message.shown for message in (await stores.inbox.newest("ses_1", limit=limit)).messages]


async def test_an_edit_changes_the_text_of_its_message(stores: Stores) -> None:
    """In its place; what the edit does not say stays, the protobuf too. Doing it again changes nothing."""
    content = {"message": "old", "mentions": [{"number": "628"}], "media": {"size": 3}}
    message = an_arrival(1, type="image", content=content, raw=b"proto")
    await stores.inbox.append([message, an_arrival(2)])
    edits = [
        a_change(message, "edit", 3, message="older", edited=True),
        a_change(message, "edit", 4, message="new", edited=True, media={"mimetype": "x/y"}),
    ]
    for _ in range(2):
        assert await stores.inbox.change(edits) == [True, True]
        page = await stores.inbox.newest("ses_1", limit=10)
        after = {"message": "new", "media": {"size": 3, "mimetype": "x/y"}, "edited": True}
        assert [found.shown for found in page.messages] == [{"message": "message 2"}, after]
        assert (page.messages[1].raw, page.messages[1].position) == (b"proto", message.position)


async def test_a_deleted_message_says_nothing_any_more(stores: Stores) -> None:
    """No text, no protobuf, no reaction, and a later edit does not bring it back."""
    message = an_arrival(1, raw=b"proto")
    await stores.inbox.append([message])
    liked = a_change(message, "reaction", 2, emoji="!")
    await stores.inbox.change([liked, a_change(message, "delete", 3), a_change(message, "edit", 4, message="back")])
    await stores.inbox.change([liked])
    page = await stores.inbox.newest("ses_1", limit=10)
    assert page.messages == (replace(message, content={"deleted": True}, raw=None),)


async def test_reactions_are_listed(stores: Stores) -> None:
    """The last of each person, by number or LID; one that was taken back is gone. The content stays as it was."""
    message = an_arrival(1)
    await stores.inbox.append([message])
    said = [(NUMBER, "a"), (LID, "b"), (OTHER, "c"), (NUMBER, "d"), (OTHER, "")]
    await stores.inbox.change(
        [a_change(message, "reaction", place, by=by, emoji=emoji) for place, (by, emoji) in enumerate(said)]
    )
    (found,) = await shown(stores)
    assert [{name: each[name] for name in each if name != "timestamp"} for each in found["reactions"]] == [
        {"fromLid": LID, "emoji": "b"},
        {"from": NUMBER, "emoji": "d"},
    ]
    assert (await stores.inbox.newest("ses_1", limit=1)).messages[0].content == {"message": "message 1"}


async def test_votes_are_counted(stores: Stores) -> None:
    """The last vote of each person, with voters; an option that the poll has not is nobody's."""
    message = an_arrival(1, type="poll", content=POLL)
    await stores.inbox.append([message])
    assert (await shown(stores)) == [POLL]
    votes = [
        a_change(message, "vote", 2, by=NUMBER, choices=choices("Rice")),
        a_change(message, "vote", 5, by=OTHER, choices=choices("Rice", "Noodles", "Rice", "Soup")),
        a_change(message, "vote", 4, by=NUMBER, choices=choices("Noodles")),
        a_change(message, "vote", 6, by=LID, choices=choices("Rice")),
        a_change(message, "vote", 7, by=LID, choices=[]),
    ]
    await stores.inbox.change([*votes, *votes])
    (found,) = await shown(stores)
    assert found["poll"]["results"] == [
        {"option": "Rice", "votes": 1, "voters": [OTHER]},
        {"option": "Noodles", "votes": 2, "voters": [NUMBER, OTHER]},
    ]


async def test_options_are_added_to_a_poll_that_takes_them(stores: Stores) -> None:
    """Each once, whoever adds it and in whichever order they come; votes for them count. Other polls take none."""
    closed = an_arrival(1, type="poll", content=POLL)
    content = {"poll": POLL["poll"] | {"extendable": True}}
    opened = [an_arrival(number, type="poll", content=content) for number in (2, 3)]
    added = [("Soup", 4, NUMBER), ("Curry", 5, OTHER), ("Soup", 6, OTHER), ("Rice", 7, NUMBER)]
    said = [
        [a_change(poll, "option", place, by=by, option=name) for name, place, by in added] for poll in (*opened, closed)
    ]
    await stores.inbox.append([closed, opened[0]])
    vote = a_change(opened[0], "vote", 8, by=OTHER, choices=choices("Soup"))
    await stores.inbox.change([vote, *said[0], *reversed(said[0]), *said[2]])
    await stores.inbox.change(list(reversed(said[1])))  # before their poll comes
    await stores.inbox.append([opened[1]])
    late, early, never = await shown(stores)
    assert late["poll"]["options"] == early["poll"]["options"] == ["Rice", "Noodles", "Soup", "Curry"]
    assert [(each["option"], each["votes"]) for each in early["poll"]["results"]] == [
        ("Rice", 0), ("Noodles", 0), ("Soup", 1), ("Curry", 0),
    ]  # fmt: skip
    assert never == POLL


async def test_answers_to_an_event_are_listed(stores: Stores) -> None:
    """The last of each person."""
    message = an_arrival(1, type="event", content={"event": {"name": "Party"}})
    await stores.inbox.append([message])
    await stores.inbox.change([
        a_change(message, "answer", 2, by=NUMBER, response="going"),
        a_change(message, "answer", 3, by=NUMBER, response="not_going"),
    ])  # fmt: skip
    (found,) = await shown(stores)
    assert found["event"] == {"name": "Party", "answers": [{"from": NUMBER, "response": "not_going"}]}


async def test_any_order_makes_the_same_row(stores: Stores) -> None:
    """Also when the message comes last, after what is said about it, and each thing twice."""
    expected: list[dict[str, Any]] = []
    # DynamoDB is some 50 requests away from each: the message first, last, and between.
    orders = list(permutations(range(5)))[:: 1 if isinstance(stores.inbox, SqliteInbox) else 7]
    for place, order in enumerate(orders):
        message = an_arrival(place, type="poll", content=POLL, id=f"3EB2{place:04}")
        steps: Sequence[InboundMessage | Change] = [
            message,
            a_change(message, "edit", 1, message="older", edited=True),
            a_change(message, "edit", 2, message="Dinner?", edited=True),
            a_change(message, "reaction", 3, by=NUMBER, emoji="!"),
            a_change(message, "vote", 4, by=OTHER, choices=choices("Rice")),
        ]
        for step in (steps[number] for number in order for _ in range(2)):
            if isinstance(step, Change):
                await stores.inbox.change([step])
            else:
                await stores.inbox.append([step])
        found = await stores.inbox.get("ses_1", message.chat, message.id, from_me=False)
        assert found is not None
        expected.append(found.shown)
        assert found.position == message.position
    assert all(each == expected[0] for each in expected)
    assert (expected[0]["message"], expected[0]["edited"]) == ("Dinner?", True)
    assert expected[0]["poll"]["results"][0]["voters"] == [OTHER]
    assert len((await stores.inbox.newest("ses_1", limit=500)).messages) == len(orders)


async def test_what_is_said_of_a_message_that_is_not_there_is_not_shown(stores: Stores) -> None:
    """It waits; pages have no row for it, and clearing removes it."""
    message = an_arrival(1, id="3EB0FF")
    changes = [a_change(message, "delete", 2), a_change(message, "reaction", 3, emoji="!")]
    assert await stores.inbox.change(changes) == [False, False]
    assert await stores.inbox.change([a_change(message, "media", 4, state="stored")]) == [False]
    await stores.inbox.append([an_arrival(5)])
    assert await shown(stores) == [{"message": "message 5"}]
    assert await stores.inbox.get("ses_1", message.chat, message.id, from_me=False) is None
    await stores.inbox.append([message])
    assert await shown(stores) == [{"message": "message 5"}, {"deleted": True}]
    await stores.inbox.change([a_change(an_arrival(6), "delete", 7)])
    await stores.inbox.clear("ses_1")
    await stores.inbox.append([an_arrival(6)])
    assert await shown(stores) == [{"message": "message 6"}]


async def test_in_a_group_only_its_author_changes_a_message(stores: Stores) -> None:
    """Every member knows the ids of the others' messages; also when the message comes last."""
    group = {"chat": "12036@g.us", "from_lid": "9@lid"}
    message, by_lid = an_arrival(1, **group), an_arrival(2, **(group | {"from_number": None}))
    late = an_arrival(3, **group)
    await stores.inbox.append([message, by_lid])
    await stores.inbox.change([a_change(message, "edit", 4, by="628666", message="forged")])
    await stores.inbox.change([a_change(by_lid, "delete", 5, by=None)])
    await stores.inbox.change([a_change(late, "edit", 6, by="628666", message="forged")])
    await stores.inbox.change([a_change(late, "edit", 5, message="right", edited=True)])
    await stores.inbox.append([late])
    assert await shown(stores) == [
        {"message": "right", "edited": True}, {"message": "message 2"}, {"message": "message 1"},
    ]  # fmt: skip
    await stores.inbox.change([a_change(message, "edit", 7, message="new", edited=True)])
    await stores.inbox.change([a_change(by_lid, "delete", 8, by="9@lid")])
    assert (await shown(stores))[1:] == [{"deleted": True}, {"message": "new", "edited": True}]


async def test_what_waits_for_a_message_has_an_end(stores: Stores) -> None:
    """Whoever is in a chat may write what they like: a row stays small enough for every store."""
    message = an_arrival(1)
    edits = [a_change(message, "edit", number, message="x" * 20_000) for number in range(40)]
    assert await stores.inbox.change(edits) == [False] * 40
    await stores.inbox.append([message])
    assert (await shown(stores))[0]["message"] == "x" * 20_000
    crowd = [a_change(message, "reaction", number, by=f"62{number:012}", emoji="!" * 3_000) for number in range(150)]
    await stores.inbox.change(crowd)
    assert 50 < len((await shown(stores))[0]["reactions"]) < 150


async def test_what_is_sealed_is_given_back_when_its_message_comes(stores: Stores) -> None:
    """Until it is open: also when the message is stored again, since who opens it may have died."""
    message = an_arrival(1)
    sealed = a_change(message, "sealed", 2, event="{}", raw="AA==")
    assert await stores.inbox.change([sealed]) == [False]
    assert await stores.inbox.append([an_arrival(9)]) == []
    assert await stores.inbox.append([message]) == [sealed]
    assert await stores.inbox.append([message]) == [sealed]
    opened = replace(a_change(message, "edit", 2, message="new", edited=True), id=sealed.id)
    assert await stores.inbox.change([opened]) == [True]
    assert await stores.inbox.append([message]) == []
    assert await shown(stores) == [{"message": "message 9"}, {"message": "new", "edited": True}]
    assert await stores.inbox.change([replace(sealed, id="3EB1FF")]) == [True]
    assert await stores.inbox.append([message]) == []


async def test_what_only_the_phone_had_may_come_yet(stores: Stores) -> None:
    """In the place of the notice, with what was said meanwhile; a notice that comes later changes nothing."""
    notice = an_arrival(1, type="unavailable", content={})
    message = an_arrival(2, id=notice.id, type="image", content={"message": "look"}, raw=b"proto")
    await stores.inbox.append([notice, an_arrival(3)])
    liked, edit = a_change(notice, "reaction", 4, emoji="!"), a_change(notice, "edit", 5, message="see", edited=True)
    assert await stores.inbox.change([liked, edit]) == [True, True]
    assert (await stores.inbox.newest("ses_1", limit=9)).messages[1].type == "unavailable"
    for late in (message, notice, message):
        await stores.inbox.append([late])
        found = (await stores.inbox.newest("ses_1", limit=9)).messages[1]
        assert (found.type, found.position, found.raw) == ("image", notice.position, b"proto")
        assert (found.shown["message"], found.shown["reactions"][0]["emoji"]) == ("see", "!")


async def test_the_state_of_a_file_and_of_what_was_sealed(stores: Stores) -> None:
    """Of a file what is new is added; what a row says once it is open replaces what it said."""
    message = an_arrival(1, type="image", content={"message": "look", "media": {"size": 3, "state": "fetching"}})
    vote = an_arrival(2, type="vote", content={"vote": {"messageId": "A"}})
    await stores.inbox.append([message, vote, replace(message, id="3EB0EE", position=an_arrival(9).position)])
    assert [found.id for found in await stores.inbox.to_fetch("ses_1", limit=9)] == [message.id, "3EB0EE"]
    assert len(await stores.inbox.to_fetch("ses_1", limit=1)) == 1
    assert await stores.inbox.to_fetch("ses_2", limit=9) == []
    gone = a_change(replace(message, id="3EB0EE"), "media", 3, state="gone", reason="expired")
    await stores.inbox.change([gone, a_change(message, "media", 3, state="stored", id="med_1")])
    assert await stores.inbox.to_fetch("ses_1", limit=9) == []
    await stores.inbox.change([replace(gone, says={"state": "fetching", "reason": None})])
    (again,) = await stores.inbox.to_fetch("ses_1", limit=9)
    assert again.content["media"] == {"size": 3, "state": "fetching"}
    await stores.inbox.change([replace(gone, kind="delete")])
    assert await stores.inbox.to_fetch("ses_1", limit=9) == []
    await stores.inbox.change([a_change(vote, "opened", 4, vote={"messageId": "A", "options": ["Rice"]})])
    assert await shown(stores) == [
        {"deleted": True},
        {"vote": {"messageId": "A", "options": ["Rice"]}},
        {"message": "look", "media": {"size": 3, "state": "stored", "id": "med_1"}},
    ]
    await stores.inbox.change([a_change(vote, "media", 5, state="stored")])
    assert (await shown(stores))[1] == {"vote": {"messageId": "A", "options": ["Rice"]}}


async def test_what_is_said_about_what_was_sent(stores: Stores) -> None:
    """Its row takes it by WhatsApp's id, once; a step that it makes later takes nothing away."""
    row = a_message()
    await stores.messages.accept(row)
    arrival = an_arrival(1)
    vote = a_change(arrival, "vote", 2, by=NUMBER, choices=choices("Rice"))
    assert not await stores.messages.change("3EB0AA", vote)
    await stores.messages.advance(row.id, MessageState.SENDING, now=1, epoch=1)
    await stores.messages.advance(row.id, MessageState.SENT, now=2, wa_id="3EB0AA")
    liked = a_change(arrival, "reaction", 3, by=OTHER, emoji="!")
    edit = a_change(arrival, "edit", 4, message="new", edited=True)
    for change in (vote, liked, edit, vote, a_change(arrival, "edit", 3, message="older")):
        assert await stores.messages.change("3EB0AA", change)
    await stores.messages.settle(row.session_uid, "3EB0AA", MessageState.READ, now=3)
    found = await stores.messages.get(row.id)
    assert found is not None
    assert (found.state, found.content) == (MessageState.READ, row.content)
    assert (len(found.changes["votes"]), len(found.changes["reactions"]), found.changes["text"]) == (1, 1, "new")
    await stores.messages.change("3EB0AA", a_change(arrival, "delete", 5))
    assert await stores.messages.change("3EB0AA", vote)
    found = await stores.messages.get(row.id)
    assert found is not None
    assert found.changes == {"deleted": True}


@pytest.mark.races
async def test_changes_at_the_same_moment_are_all_done(store_maker: StoreMaker) -> None:
    """A shard and its successor: the delete is never undone by an edit that was read before it."""
    shards = [await store_maker.open(), await store_maker.open()]
    messages = [an_arrival(number) for number in range(6)]
    await shards[0].inbox.append(messages)
    edits = [a_change(message, "edit", 10, message="new", edited=True) for message in messages]
    deletes = [a_change(message, "delete", 11) for message in messages]
    await asyncio.gather(shards[0].inbox.change(edits), shards[1].inbox.change(deletes))
    found = (await shards[0].inbox.newest("ses_1", limit=10)).messages
    assert [message.content for message in found] == [{"deleted": True}] * 6


@pytest.mark.races
async def test_a_message_and_what_is_said_about_it_meet(store_maker: StoreMaker) -> None:
    """At the same moment, from two shards, in either order: nothing of it is missing in the end."""
    shards = [await store_maker.open(), await store_maker.open()]
    messages = [an_arrival(number) for number in range(24)]
    liked = [a_change(message, "reaction", 1, by=NUMBER, emoji="!") for message in messages]
    also = [a_change(message, "reaction", 2, by=OTHER, emoji="?") for message in messages]
    await asyncio.gather(
        *(shards[0].inbox.append([message]) for message in messages),
        *(shards[1].inbox.change([change]) for change in liked),
        *(shards[0].inbox.change([change]) for change in also),
    )
    found = (await shards[1].inbox.newest("ses_1", limit=100)).messages
    assert [len(message.shown.get("reactions", ())) for message in found] == [2] * 24
    assert {message.position for message in found} == {message.position for message in messages}


@pytest.mark.races
async def test_votes_at_the_same_moment_are_all_counted(store_maker: StoreMaker) -> None:
    """Of our own poll."""
    shards = [await store_maker.open(), await store_maker.open()]
    row = a_message(state=MessageState.SENDING, epoch=1)
    await shards[0].messages.accept(row)
    await shards[0].messages.advance(row.id, MessageState.SENT, now=2, wa_id="3EB0AA")
    votes = [a_change(an_arrival(1), "vote", n, by=f"62{n:010}", choices=choices("Rice")) for n in range(10)]
    await asyncio.gather(*(shards[n % 2].messages.change("3EB0AA", vote) for n, vote in enumerate(votes)))
    found = await shards[0].messages.get(row.id)
    assert found is not None
    assert len(found.changes["votes"]) == 10
