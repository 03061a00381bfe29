"""Messages in groups: to everybody in one, from everybody, and about what they have written."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.grouped import Grouped, grouped, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> AsyncIterator[Grouped]:
    async with grouped(module_gateway) as all_of_them:
        yield all_of_them


async def test_every_member_gets_what_is_sent_and_says_so(talk: Grouped) -> None:
    """A text, with a mention and a quote; who got it is told for each person."""
    jid = await talk.make(talk.ani, talk.budi)
    sent = await talk.post("/api/send-message", number=jid, message=f"halo @{talk.ani}", mentions=[talk.ani])
    for member in (talk.ani, talk.budi):
        got = await talk.seen(member, sent["messageId"])
        assert (got["chat"], got["fromNumber"], got["text"]) == (jid, talk.me, f"halo @{talk.ani}")
    answer = await talk.post("/api/send-message", number=jid, message="again", quotedId=sent["id"])
    assert (await talk.seen(talk.ani, answer["messageId"]))["quotedId"] == sent["messageId"]

    async def has_come_to_all() -> bool:
        """Somebody may say first that it was read."""
        told = (await talk.get(f"/api/messages/{sent['id']}/receipts"))["receipts"]
        return {each["number"] for each in told if each["delivered"]} == {talk.ani, talk.budi}

    await until(has_come_to_all)


async def test_what_members_write_is_one_row_each(talk: Grouped) -> None:
    """Although the library tells of each twice, first of its key; an answer to it quotes its author."""
    jid = await talk.make(talk.ani, talk.budi)
    ids = [
        (await talk.gateway.control_post(f"/contacts/{who}/send", to=jid, text=f"from {who}"))["id"]
        for who in (talk.ani, talk.budi, talk.ani)
    ]
    rows = await talk.inbox(jid, lambda found: len(found) >= 3)
    assert [(row["id"], row["from"], row["type"]) for row in rows] == [
        (ids[2], talk.ani, "text"),
        (ids[1], talk.budi, "text"),
        (ids[0], talk.ani, "text"),
    ]
    assert all(row["fromLid"].endswith("@lid") for row in rows)
    answer = await talk.post("/api/reply-message", number=jid, messageId=ids[1], text="to you")
    quoted = (await talk.seen(talk.ani, answer["messageId"]))["quoted"]
    assert (quoted["id"], quoted["text"]) == (ids[1], f"from {talk.budi}")
    await talk.post("/api/mark-as-read", number=jid, messageIds=ids)
    assert len([row for row in await talk.gateway.inbox("default") if row["chat"] == jid]) == 3


async def test_what_is_said_about_messages_in_a_group(talk: Grouped) -> None:
    """Reactions, edits and deletes both ways, votes, and an admin who deletes what another one wrote."""
    jid = await talk.make(talk.ani, talk.budi)
    theirs = (await talk.gateway.control_post(f"/contacts/{talk.ani}/send", to=jid, text="spam"))["id"]
    await talk.inbox(jid, bool)
    liked = await talk.post("/api/react-message", number=jid, messageId=theirs, emoji="\U0001f44d")
    assert (await talk.seen(talk.budi, liked["messageId"]))["chat"] == jid
    gone = await talk.post("/api/delete-message", number=jid, messageId=theirs)
    assert (await talk.seen(talk.budi, gone["messageId"]))["chat"] == jid

    ours = await talk.post("/api/send-message", number=jid, message="first")
    await talk.seen(talk.budi, ours["messageId"])
    await talk.gateway.control_post(f"/contacts/{talk.budi}/react", messageId=ours["messageId"], emoji="x")

    async def reacted() -> list[str]:
        row = await talk.get(f"/api/messages/{ours['id']}")
        return [f"{each['from']} {each['emoji']}" for each in row.get("reactions", ())]

    assert await until(reacted) == [f"{talk.budi} x"]
    edited = await talk.post("/api/edit-message", number=jid, messageId=ours["id"], text="second")
    assert (await talk.seen(talk.ani, edited["messageId"]))["text"] == "second"

    poll = await talk.post("/api/send-poll", number=jid, question="When?", options=["now", "later"])
    await talk.seen(talk.ani, poll["messageId"])
    await talk.gateway.control_post(f"/contacts/{talk.ani}/vote", messageId=poll["messageId"], options=["later"])

    async def voted() -> list[int]:
        row = await talk.get(f"/api/messages/{poll['id']}")
        return [each["votes"] for each in row.get("poll", {}).get("results", ())]

    assert await until(voted) == [0, 1]


async def test_who_comes_later_reads_what_comes_after_and_who_is_gone_nothing(talk: Grouped) -> None:
    """WhatsApp's membership at the moment of the send decides."""
    jid = await talk.make(talk.ani)
    before = await talk.post("/api/send-message", number=jid, message="before")
    await talk.seen(talk.ani, before["messageId"])
    await talk.post("/api/group/add-participants", groupJid=jid, participants=[talk.budi])
    between = await talk.post("/api/send-message", number=jid, message="between")
    for member in (talk.ani, talk.budi):
        await talk.seen(member, between["messageId"])
    await talk.post("/api/group/remove-participants", groupJid=jid, participants=[talk.ani])
    after = await talk.post("/api/send-message", number=jid, message="after")
    await talk.seen(talk.budi, after["messageId"])

    async def texts(who: str) -> list[str]:
        async with talk.gateway.http.get(f"{talk.gateway.control}/contacts/{who}/messages") as answer:
            return [each["text"] for each in (await answer.json())["messages"] if each["chat"] == jid]

    assert await texts(talk.ani) == ["before", "between"]
    assert await texts(talk.budi) == ["between", "after"]
    foreign = (await talk.made_by(talk.budi, talk.ceci))["groupJid"]
    with pytest.raises(RuntimeError, match="WA_REFUSED"):
        await talk.post("/api/send-message", number=foreign, message="no member")


async def test_what_is_damaged_on_its_way_is_asked_for_again_and_comes_once(talk: Grouped) -> None:
    """Of a member by the session, and of the session by a member; the others of eight have the one that came first."""
    jid = await talk.make(talk.ani, talk.budi, *await talk.gateway.sinks(5))
    for hurt, whole in ((talk.ani, talk.budi), (talk.budi, talk.ani)):
        await talk.gateway.control_post("/faults", kind="corrupt", target=hurt)
        sent = await talk.post("/api/send-message", number=jid, message=f"not for {hurt} at first")
        for member in (hurt, whole):
            assert (await talk.seen(member, sent["messageId"]))["chat"] == jid
        assert await sent_again(talk, sent["messageId"]) == [False, True]
    await talk.gateway.control_post("/faults", kind="corrupt", target=talk.me)
    theirs = (await talk.gateway.control_post(f"/contacts/{talk.ani}/send", to=jid, text="to you"))["id"]
    assert [row["message"] for row in await talk.inbox(jid, bool)] == ["to you"]
    assert await until(lambda: talk.messages(jid)) == [theirs]
    assert await sent_again(talk, theirs) == [False, True]


async def sent_again(talk: Grouped, id_: str) -> list[bool]:
    """Of each time that WhatsApp got a message: whether it was for a device that had asked for it again."""
    return [frame["retry"] for frame in (await talk.gateway.control_get("/frames", id=id_))["frames"]]


async def test_a_group_of_256(talk: Grouped) -> None:
    """Everybody is in it at once, a message of ours reaches all, and what one of them writes is one event."""
    sinks = await talk.gateway.sinks(254)
    jid = await talk.make(talk.ani, *sinks)
    assert len((await talk.server(jid))["roles"]) == 256
    sent = await talk.post("/api/send-message", number=jid, message="to all")
    assert (await talk.seen(talk.ani, sent["messageId"]))["text"] == "to all"
    theirs = (await talk.gateway.control_post(f"/contacts/{talk.ani}/send", to=jid, text="to you"))["id"]
    rows = await talk.inbox(jid, bool)
    assert [row["id"] for row in rows] == [theirs]
    assert await until(lambda: talk.messages(jid)) == [theirs]
