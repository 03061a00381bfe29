"""A key that is limited to sessions, addresses or chats: what it may not reach it neither reaches nor learns of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from functions.access.key_news import KeyTelling, news_of
from shared.contracts.key_events import KeyChanged
from shared.ids import hash_api_key, now_ms
from shared.messages.received import InboundMessage
from shared.tenants.limits import Limits
from shared.webhooks.wanting import wants
from tests.emulators.nats_process import NatsServer
from tests.functions.conftest import ADMIN, HOSTED, Api, api_with
from tests.functions.documented import answer_to, is_stream
from tests.functions.events.logged import Logged, Tenant, logged, message, presence
from tests.functions.from_document import Names, Operation, operations
from tests.functions.shard import Shard, running_shard
from tests.shared.adapters.contracts.samples import a_webhook

ADMIN_HEADER = {"X-Admin-Key": ADMIN}
MARK = "only-others-may-see-this"
MINE, OTHER = "628111000111", "628222000222"
OTHERS = Names(session="private", number=OTHER, group="120363000000000009@g.us", message="3EB0AAAAAAAAAAAAAAAAAA")
AS_IT_IS = {"GET /api/events/ws", "POST /api/sessions/{name}/import"}
"""What is refused before anybody looks which session it is of: as no WebSocket, as no file that is one."""
OF_ITSELF = {"POST /api/pair-code"}
"""What a number is of that is the session's own."""
CURSOR = "0000000000000-00000000000"


def of_keys() -> list[Operation]:
    return [operation for operation in operations() if operation.key == "apiKey"]


def jid(number: str) -> str:
    return f"{number}@s.whatsapp.net"


async def limited(api: Api, tenant: Tenant, **fields: Any) -> None:
    """Have an admin change what the key may reach."""
    answer = await api.http.patch(f"/api/admin/apikeys/{tenant.key_id}", json=fields, headers=ADMIN_HEADER)
    assert answer.status_code == 200, answer.text


@dataclass
class Place:
    """A gateway, and a key with two sessions, in each of which two people wrote and were written to."""

    gateway: Logged
    tenant: Tenant
    shard: Shard
    sent: dict[tuple[str, str], str]
    """The gateway's ids of what was sent, by session and number."""

    @property
    def api(self) -> Api:
        return self.gateway.api

    async def ask(self, operation: Operation, names: Names) -> tuple[int, str]:
        """Status and text of the answer to the key; of a stream its head only."""
        asked = operation.request(names)
        asked["headers"] |= self.tenant.headers
        answer = await answer_to(self.api.http, asked.pop("method"), asked.pop("url"), **asked)
        return answer.status_code, "" if is_stream(answer) else answer.text

    async def get(self, path: str, **query: Any) -> Any:
        """What it answers to the key."""
        answer = await self.api.http.get(path, params=query, headers=self.tenant.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def place(own_nats: NatsServer, tmp_path: Path) -> AsyncIterator[Place]:
    async with (
        logged(own_nats.url, tmp_path, auth_failures_per_minute=10_000, url_allow="127.0.0.1", **HOSTED) as gateway,
        running_shard(own_nats.url, gateway.api.stores) as shard,
    ):
        tenant = await gateway.tenant("sales", "private")
        sent = {}
        for session in ("sales", "private"):
            row = await gateway.api.stores.sessions.named(tenant.key_id, session)
            assert row is not None
            for at, number in enumerate((MINE, OTHER), start=1):
                said = MARK if number == OTHER or session == "private" else "hello"
                answer = await gateway.api.send(tenant.headers, sessionId=session, number=number, message=said)
                assert answer.status_code == 200, answer.text
                sent[session, number] = answer.json()["id"]
                await gateway.api.stores.inbox.append([arrived(row.uid, at, number, said)])
                await gateway.put(
                    tenant, message(said, chat=jid(number), from_number=number, push_name=said), uid=row.uid
                )
            await gateway.put(tenant, presence(), uid=row.uid)
        yield Place(gateway, tenant, shard, sent)


def arrived(uid: str, at: int, number: str, said: str) -> InboundMessage:
    return InboundMessage(
        session_uid=uid,
        position=f"{CURSOR}{at}",
        id=OTHERS.message,
        chat=jid(number),
        from_number=number,
        from_lid=None,
        from_me=False,
        timestamp=1_700_000_000,
        type="text",
        push_name=said,
        content={"message": said},
        raw=said.encode(),
    )


async def test_a_key_is_used_from_where_it_may(nats_url: str, tmp_path: Path) -> None:
    """Networks of both kinds; behind a proxy by what that says; for routes and streams."""
    async with api_with(nats_url, tmp_path, trusted_proxies="127.0.0.1", secrets_key=None) as api:
        key = await api.new_key(addresses=["203.0.113.0/24", "2001:db8::/32"])
        for client, status in (("203.0.113.9", 200), ("2001:db8::7", 200), ("203.0.114.9", 403), ("2001:db9::7", 403)):
            answer = await api.http.get("/api/sessions", headers=key | {"X-Forwarded-For": f"203.0.113.1, {client}"})
            assert answer.status_code == status, client
            if status == 403:
                assert answer.json()["code"] == "ADDRESS_NOT_ALLOWED"
                assert client in answer.json()["error"]
        for path in ("/api/events", "/api/events/stream", "/api/key"):
            assert (await api.http.get(path, headers=key)).json()["code"] == "ADDRESS_NOT_ALLOWED"


async def test_nobody_says_where_they_are(api: Api) -> None:
    """Without a trusted proxy the header is nothing; a key that was limited is refused at once in this process."""
    key = await api.new_key()
    assert (await api.http.get("/api/sessions", headers=key)).status_code == 200
    stored = await api.stores.keys.by_hash(hash_api_key(key["X-API-Key"]))
    assert stored is not None
    path = f"/api/admin/apikeys/{stored.id}"
    changed = await api.http.patch(path, json={"addresses": ["203.0.113.7"]}, headers=ADMIN_HEADER)
    assert changed.json()["apiKey"]["addresses"] == ["203.0.113.7/32"]
    told = await api.http.get("/api/sessions", headers=key | {"X-Forwarded-For": "203.0.113.7"})
    assert told.json()["code"] == "ADDRESS_NOT_ALLOWED"
    again = await api.http.patch(path, json={"addresses": ["127.0.0.0/8", "::1"]}, headers=ADMIN_HEADER)
    assert again.status_code == 200
    assert (await api.http.get("/api/sessions", headers=key)).status_code == 200


async def test_a_key_that_is_limited_to_sessions_reaches_no_other(place: Place) -> None:
    """Every operation that names another session is refused, and nobody is asked for it; lists leave it out."""
    await limited(place.api, place.tenant, sessions=["sales"])
    asked = len(place.shard.seen)
    for operation in of_keys():
        named = json.dumps(operation.request(OTHERS), default=str)
        status, text = await place.ask(operation, OTHERS)
        assert MARK not in text, operation
        if ('"private"' in named or "/private" in named) and str(operation) not in AS_IT_IS:
            assert status == 403, (operation, text)
            assert json.loads(text)["code"] == "SESSION_NOT_ALLOWED", operation
    assert len(place.shard.seen) == asked
    listed = await place.get("/api/sessions")
    assert [each["sessionId"] for each in listed["sessions"]] == ["sales"]
    for sent in (place.sent["private", MINE], place.sent["private", OTHER]):
        for path in (f"/api/messages/{sent}", f"/api/messages/{sent}/receipts"):
            answer = await place.api.http.get(path, headers=place.tenant.headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "MESSAGE_NOT_FOUND")
    events = await place.gateway.all(place.tenant)
    assert {each["sessionId"] for each in events} - {None} == {"sales"}
    renamed = await place.api.http.patch(
        "/api/sessions/sales", json={"sessionId": "free"}, headers=place.tenant.headers
    )
    assert renamed.json()["code"] == "SESSION_NOT_ALLOWED"
    assert (await place.api.send(place.tenant.headers, sessionId="sales", number=OTHER)).status_code == 200


async def test_a_key_that_is_limited_to_chats_reaches_no_other(place: Place) -> None:
    """Every operation, about another chat and about none: refused, or without a word of what is in others."""
    await limited(place.api, place.tenant, chats=[MINE])
    names = replace(OTHERS, session="sales")
    asked = len(place.shard.seen)
    for operation in of_keys():
        for each in (names, replace(names, number=MINE), replace(names, message=place.sent["sales", OTHER])):
            status, text = await place.ask(operation, each)
            assert MARK not in text, operation
            if OTHER in json.dumps(operation.request(each), default=str) and str(operation) not in OF_ITSELF:
                assert status == 403, (operation, text)
                assert json.loads(text)["code"] == "CHAT_NOT_ALLOWED", operation
    reached = [request.model_dump_json() for request in place.shard.seen[asked:]]
    assert [each for each in reached if MARK in each or (OTHER in each and "pair_code" not in each)] == []


async def test_what_a_key_that_is_limited_to_chats_sees(place: Place) -> None:
    """Its own chats in every list, in events by polls and by both streams; not who calls or writes elsewhere."""
    await limited(place.api, place.tenant, chats=[MINE])
    sales = {"sessionId": "sales"}
    assert (await place.api.send(place.tenant.headers, sessionId="sales", number=MINE)).status_code == 200
    inbox = (await place.get("/api/incoming-messages", **sales))["messages"]
    chats = (await place.get("/api/chats", **sales))["chats"]
    said = (await place.get(f"/api/chats/{MINE}/messages", **sales))["messages"]
    found = (await place.get("/api/search", q="hello", **sales))["messages"]
    assert {each["chat"] for each in (*inbox, *chats, *said, *found)} == {jid(MINE)}
    assert (len(inbox), len(chats)) == (1, 1)
    assert (await place.get("/api/search", q=MARK, **sales))["messages"] == []
    status = await place.get(f"/api/messages/{place.sent['sales', MINE]}")
    assert status["status"] == "sent"
    hidden = await place.api.http.get(f"/api/messages/{place.sent['sales', OTHER]}", headers=place.tenant.headers)
    assert hidden.status_code == 404
    forwarded = {"fromNumber": MINE, "toNumber": MINE, "messageId": place.sent["sales", OTHER], **sales}
    await place.api.http.post("/api/forward-message", json=forwarded, headers=place.tenant.headers)
    assert [text for _, _, text in place.shard.frames[4:] if text == MARK] == []
    events = await place.gateway.all(place.tenant)
    assert [each["data"]["chat"] for each in events if each["type"] == "message.received"] == [jid(MINE)] * 2
    assert "presence.changed" not in {each["type"] for each in events}
    wanted = [each["id"] for each in events]
    assert await streamed(place, len(wanted)) == wanted
    assert await by_socket(place, len(wanted)) == wanted


async def streamed(place: Place, number: int) -> list[str]:
    found: list[str] = []
    async with (
        asyncio.timeout(20),
        place.api.http.stream("GET", "/api/events/stream", headers=place.tenant.headers) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: "))["id"])
            if len(found) == number:
                break
    return found


async def by_socket(place: Place, number: int) -> list[str]:
    address = str(place.api.http.base_url).replace("http", "ws") + "/api/events/ws"
    found: list[str] = []
    async with asyncio.timeout(20), connect(address, additional_headers=place.tenant.headers, proxy=None) as ws:
        while len(found) < number:
            said = json.loads(await ws.recv())
            found += [said["id"]] if "data" in said else []
    return found


async def test_webhooks_are_narrowed_with_their_key(place: Place) -> None:
    """One that was there, one that is made afterwards; and those of a key whose change died before it came to them."""
    told = {"url": "http://127.0.0.1:9/"}
    headers, stores = place.tenant.headers, place.api.stores

    async def made() -> None:
        answer = await place.api.http.post("/api/webhooks", json=told, headers=headers)
        assert answer.status_code == 200, answer.text

    async def limits() -> set[Limits]:
        return {each.limits for each in await stores.webhooks.of_key(place.tenant.key_id)}

    await made()
    await limited(place.api, place.tenant, chats=[MINE], sessions=["sales"])
    narrowed = Limits(sessions=("sales",), chats=(jid(MINE),))
    assert await limits() == {narrowed}
    await made()
    assert await limits() == {narrowed}
    key = await stores.keys.get(place.tenant.key_id)
    assert key is not None
    after = replace(key, limits=Limits(chats=(jid(OTHER),)))
    event = KeyChanged(at=now_ms(), max_sessions=None)
    assert await stores.keys.change(after, news_of(key.id, event))
    await KeyTelling(stores.keys, stores.webhooks, place.gateway.log, now_ms).tell()
    assert await limits() == {after.limits}


async def test_what_a_webhook_with_limits_wants(place: Place) -> None:
    """Of the log: what is in its chats and sessions, and what is of the session or the key itself."""
    page = await place.gateway.api.http.get("/api/events", headers=place.tenant.headers)
    assert {each["sessionId"] for each in page.json()["events"]} == {"sales", "private"}
    from shared.events.reading import Reading  # noqa: PLC0415 - what deliverers read by

    bus_reader = place.shard.bus.event_reader()
    reading = Reading(bus_reader, place.api.stores.sessions, now_ms)
    cursor = await reading.begin(place.tenant.key_id, None)
    events = (await reading.page(place.tenant.key_id, None, cursor, 100)).events
    webhook = a_webhook(key_id=place.tenant.key_id, limits=Limits(sessions=("sales",), chats=(jid(MINE),)))
    wanted = [(each.session, each.chat) for each in events if wants(webhook, each)]
    assert wanted == [("sales", jid(MINE))]
    assert all(wants(a_webhook(), each) for each in events)
