"""What was said before a session was linked is in its chats, and nowhere else."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from benchmarks.gateway import Gateway
from benchmarks.history import measure, stored
from tests.shared_gateway import fresh_number

NUMBER, ANA, BORIS = fresh_number(), fresh_number(), fresh_number()
GROUP = "120363025246125486@g.us"
DAY = 86_400
_WITHIN = 60.0


async def link(gateway: Gateway, chats: list[dict[str, Any]], session: str = "default", *, days: int = 30) -> None:
    """Link a session with a phone that has this past, once so many days of it were chosen."""
    await gateway.control_post("/phones", number=NUMBER)
    async with gateway.http.post(f"{gateway.control}/phones/{NUMBER}/history", json={"chats": chats}) as made:
        assert made.status == 201, await made.text()
    await gateway.call("POST", f"/api/sessions/{session}/start")
    chosen = await gateway.call("PATCH", f"/api/sessions/{session}/settings", json={"history": {"days": days}})
    assert chosen["settings"]["history"] == {"days": days}
    await gateway.log_in(session, NUMBER)


async def until_stored(gateway: Gateway, session: str = "default") -> dict[str, Any]:
    """How the session has come with its past, once that has ended."""
    async with asyncio.timeout(_WITHIN):
        while True:
            state = await gateway.call("GET", "/api/status", params={"sessionId": session})
            if state.get("history", {}).get("state", "coming") != "coming":
                return dict(state["history"])
            await asyncio.sleep(0.1)


async def events_until_done(gateway: Gateway) -> list[dict[str, Any]]:
    """What was told of the past, once its end was; nothing else tells of it, its messages least of all."""
    async with asyncio.timeout(_WITHIN):
        while True:
            page = await gateway.call("GET", "/api/events", params={"limit": "100"})
            told = [event["data"] for event in page["events"] if event["type"] == "history.progress"]
            if told and told[-1]["state"] == "done":
                assert not [event for event in page["events"] if event["type"].startswith("message.")]
                return told
            await asyncio.sleep(0.1)


async def messages_of(gateway: Gateway, chat: str) -> list[dict[str, Any]]:
    """The messages of a chat, newest first."""
    page = await gateway.call("GET", f"/api/chats/{chat}/messages", params={"sessionId": "default"})
    return list(page["messages"])


async def push_names(gateway: Gateway) -> dict[str, str | None]:
    """What people call themselves, by number."""
    people = (await gateway.call("GET", "/api/contacts"))["contacts"]
    return {each["number"]: each["names"].get("push") for each in people}


@pytest.mark.covers("GET /api/status", "event history_progressed", client="neonize")
async def test_the_past_is_in_its_chats(gateway: Gateway) -> None:
    """Each chat once, by number, with its name, its messages in order and its authors; nothing of it is new."""
    now = int(time.time())
    await gateway.control_post("/contacts", number=ANA)
    chats = [
        {
            "chat": ANA,
            "name": "Ana Saved",
            "pushName": "Ana",
            "unread": 2,
            "pinned": True,
            "mutedUntil": 2**64 - 1,
            "messages": [
                {"text": "long ago", "id": "OLD", "timestamp": now - 40 * DAY},
                {"text": "hello", "id": "A1", "timestamp": now - 3 * DAY},
                {"text": "hi Ana", "id": "A2", "timestamp": now - 2 * DAY, "fromMe": True},
            ],
        },
        {"chat": BORIS, "byNumber": True, "messages": [{"text": "number", "id": "B1", "timestamp": now - DAY}]},
        {
            "chat": GROUP,
            "name": "Party",
            "messages": [{"text": "cake", "id": "G1", "timestamp": now - 60, "from": ANA}],
        },
    ]
    await link(gateway, chats)
    ended = await until_stored(gateway)
    assert ended == {"state": "done", "progress": 100, "messages": 4, "missing": 0}
    states: list[str] = []
    async with asyncio.timeout(_WITHIN):
        while "done" not in states:
            told = await gateway.call("GET", "/api/events", params={"types": "history.progress"})
            states = [event["data"]["state"] for event in told["events"]]
    assert await stored(gateway, "default") == {
        (f"{ANA}@s.whatsapp.net", "A1"): 1,
        (f"{ANA}@s.whatsapp.net", "A2"): 1,
        (f"{BORIS}@s.whatsapp.net", "B1"): 1,
        (GROUP, "G1"): 1,
    }
    second, first = await messages_of(gateway, f"{ANA}@s.whatsapp.net")
    assert (first["id"], first["message"], first["from"], first["fromMe"]) == ("A1", "hello", ANA, False)
    assert (second["id"], second["from"], second["fromMe"]) == ("A2", NUMBER, True)
    (cake,) = await messages_of(gateway, GROUP)
    assert (cake["from"], cake["timestamp"]) == (ANA, now - 60)
    shown = {chat["chat"]: chat for chat in (await gateway.call("GET", "/api/chats"))["chats"]}
    assert shown[f"{ANA}@s.whatsapp.net"]["name"] == "Ana Saved"
    assert shown[GROUP]["name"] == "Party"
    assert [chat["unread"] for chat in shown.values()] == [0, 0, 0]
    as_ever = {
        "unread": 0,
        "markedUnread": False,
        "pinned": False,
        "archived": False,
        "muted": False,
        "mutedUntil": None,
    }
    pinned = as_ever | {"unread": 2, "pinned": True, "muted": True}
    assert [chat["onPhone"] for chat in shown.values()] == [as_ever, as_ever, pinned]
    assert await gateway.inbox("default") == []
    told = await events_until_done(gateway)
    assert told[-1] == {"state": "done", "progress": 100, "messages": 4}
    async with asyncio.timeout(_WITHIN):  # what people call themselves comes in a piece of its own
        while not (names := await push_names(gateway)).get(ANA):
            await asyncio.sleep(0.1)
    assert names[ANA] == "Ana"


async def test_nothing_is_taken_unless_it_is_chosen(gateway: Gateway) -> None:
    """At first no past is taken; a choice after the pairing changes nothing of that, and the status says nothing."""
    chats = [{"chat": BORIS, "messages": [{"text": "hello", "id": "B1"}]}]
    await link(gateway, chats, days=0)
    await gateway.call("PATCH", "/api/sessions/default/settings", json={"history": {"days": 30}})
    await gateway.control_post("/contacts", number=ANA)
    await gateway.control_post(f"/contacts/{ANA}/send", to=NUMBER, text="now")
    async with asyncio.timeout(_WITHIN):
        while not await gateway.inbox("default"):
            await asyncio.sleep(0.05)
    assert "history" not in await gateway.call("GET", "/api/status")
    (only,) = (await gateway.call("GET", "/api/chats"))["chats"]
    assert only["chat"] == f"{ANA}@s.whatsapp.net"


@pytest.mark.slow
async def test_a_shard_that_is_killed_meanwhile_stores_each_once(gateway: Gateway) -> None:
    """The next process goes on with what is on the disk; what the library had in its memory alone is said."""
    found = await measure(gateway, 1, 100, 6000, kill=True)
    assert found.doubled == 0
    assert found.history["messages"] >= found.stored
    assert (found.history["state"], found.stored) == ("done", 6000) or found.history["missing"] > 0
