"""Chats: what a contact of the sandbox and a session say to each other, as the API lists, searches and removes it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.talking import Talk
from tests.shared_gateway import fresh_number

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]
_WITHIN = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(module_gateway: Gateway) -> Talk:
    """The session `default`, and a contact which is called Ibu Ani."""
    return await Talk.begin(module_gateway, name="Ibu Ani")


async def eventually(look: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(_WITHIN):
        while not (found := await look()):
            await asyncio.sleep(0.05)
        return found


async def the_chat(talk: Talk) -> dict[str, Any]:
    return (await talk.gateway.call("GET", f"/api/chats/{talk.other}"))["chat"]


async def found_by(talk: Talk, words: str) -> list[dict[str, Any]]:
    return (await talk.gateway.call("GET", "/api/search", params={"q": words}))["messages"]


async def with_another(talk: Talk, name: str) -> Talk:
    """The session, and a contact of whom nothing is known yet."""
    number = fresh_number()
    await talk.gateway.control_post("/contacts", number=number, name=name)
    return replace(talk, other=number)


@pytest.mark.covers(
    "GET /api/chats", "GET /api/chats/{chat}", "GET /api/chats/{chat}/messages", "GET /api/search",
    "POST /api/mark-chat-read", "DELETE /api/chats/{chat}", client="neonize",
)  # fmt: skip
async def test_a_talk_is_one_chat(talk: Talk) -> None:
    """Both sides of it by time, with what became of ours; found by its words, marked as read, and removed here only."""
    talk = await with_another(talk, "Pak Joko")
    call, other = talk.gateway.call, talk.other
    sent = await talk.send("/api/send-message", message="Selamat pagi", clientRef="greeting")
    theirs = [(await talk.say(text=text))["id"] for text in ("Halo juga", "Apa kabar?")]

    async def all_there() -> bool:
        return len((await call("GET", f"/api/chats/{other}/messages"))["messages"]) == 3

    await eventually(all_there)
    (listed,) = (await call("GET", "/api/chats", params={"search": "pak joko"}))["chats"]
    assert (listed["number"], listed["kind"], listed["name"], listed["unread"]) == (other, "person", "Pak Joko", 2)
    assert listed["lid"].endswith("@lid")
    assert (listed["lastMessage"]["id"], listed["lastMessage"]["message"]) == (theirs[1], "Apa kabar?")

    for name in (other, f"+{other}", listed["chat"], listed["lid"]):
        said = (await call("GET", f"/api/chats/{name}/messages"))["messages"]
        assert [each["id"] for each in said] == [theirs[1], theirs[0], sent["messageId"]]
    ours = said[-1]
    assert (ours["fromMe"], ours["from"], ours["message"], ours["type"]) == (True, talk.number, "Selamat pagi", "text")
    assert (ours["sent"]["id"], ours["sent"]["clientRef"]) == (sent["id"], "greeting")
    assert "sent" not in said[0]
    first = await call("GET", f"/api/chats/{other}/messages", params={"limit": "1"})
    second = await call("GET", f"/api/chats/{other}/messages", params={"limit": "1", "before": first["next"]})
    assert [page["messages"][0]["id"] for page in (first, second)] == theirs[::-1]

    assert [each["id"] for each in await found_by(talk, "SELAMAT pag")] == [sent["messageId"]]
    found = (await call("GET", "/api/search", params={"q": "kabar", "chat": other}))["messages"]
    assert [each["id"] for each in found] == [theirs[1]]

    marked = await call("POST", "/api/mark-chat-read", json={"number": other})
    assert marked["marked"] == 2
    assert set(theirs) <= await talk.told("read", 2)
    assert (await the_chat(talk))["unread"] == 0
    assert (await call("POST", "/api/mark-chat-read", json={"number": other}))["marked"] == 0

    await call("DELETE", f"/api/chats/{other}")
    assert (await call("GET", "/api/chats", params={"search": other}))["chats"] == []
    assert await found_by(talk, "kabar") == []
    assert (await call("GET", f"/api/messages/{sent['id']}"))["messageId"] == sent["messageId"]
    await talk.seen(sent["messageId"])
    assert [each["text"] for each in await talk.got_all()] == ["Selamat pagi"]
    with pytest.raises(RuntimeError, match="CHAT_NOT_FOUND"):
        await the_chat(talk)
    again = (await talk.say(text="Masih di sana?"))["id"]
    await eventually(lambda: found_by(talk, "masih"))
    said = (await call("GET", f"/api/chats/{other}/messages"))["messages"]
    assert [each["id"] for each in said] == [again]


async def test_marking_one_message_as_read_counts(talk: Talk) -> None:
    """What came after it is unread still; and what we write ends it."""
    talk = await with_another(talk, "Bu Sri")
    first, _ = [(await talk.say(text=text))["id"] for text in ("satu", "dua")]

    async def both() -> bool:
        said = (await talk.gateway.call("GET", f"/api/chats/{talk.other}/messages"))["messages"]
        return [each["message"] for each in said[:2]] == ["dua", "satu"]

    await eventually(both)
    await talk.gateway.call("POST", "/api/mark-as-read", json={"number": talk.other, "messageId": first})
    assert (await the_chat(talk))["unread"] == 1
    await talk.send("/api/send-message", message="tiga")
    assert (await the_chat(talk))["unread"] == 0


async def test_what_is_asked_wrongly_is_refused(talk: Talk) -> None:
    """By its field; what a phone alone can do says so."""
    for path, code in (
        ("/api/chats?after=yesterday", "BAD_REQUEST"), ("/api/chats?limit=0", "BAD_REQUEST"),
        ("/api/chats/nobody", "NUMBER_INVALID"), (f"/api/chats/{talk.other}/messages?before=x", "BAD_REQUEST"),
        ("/api/search", "BAD_REQUEST"), ("/api/search?q=", "BAD_REQUEST"), ("/api/search?q=a&after=-1", "BAD_REQUEST"),
        ("/api/chats?sessionId=nobodys", "SESSION_NOT_FOUND"),
    ):  # fmt: skip
        with pytest.raises(RuntimeError, match=code):
            await talk.gateway.call("GET", path)
    with pytest.raises(RuntimeError, match="NOT_SUPPORTED"):
        await talk.gateway.call("POST", f"/api/chats/{talk.other}/pin")


async def test_another_key_sees_nothing_of_it(talk: Talk) -> None:
    """Not with the same name of a session, whatever it asks."""
    gateway = talk.gateway
    await talk.say(text="rahasia")
    await eventually(lambda: found_by(talk, "rahasia"))
    own, gateway.key = gateway.key, await gateway.make_key("another company")
    try:
        await gateway.log_in("default", fresh_number())
        assert (await gateway.call("GET", "/api/chats"))["chats"] == []
        assert (await gateway.call("GET", f"/api/chats/{talk.other}/messages"))["messages"] == []
        assert await found_by(talk, "rahasia") == []
        with pytest.raises(RuntimeError, match="CHAT_NOT_FOUND"):
            await the_chat(talk)
        assert (await gateway.call("POST", "/api/mark-chat-read", json={"number": talk.other}))["marked"] == 0
        await gateway.call("DELETE", f"/api/chats/{talk.other}")
    finally:
        gateway.key = own
    assert (await gateway.call("GET", f"/api/chats/{talk.other}/messages"))["messages"]
