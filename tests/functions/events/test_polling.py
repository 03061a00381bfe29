"""GET /api/events: everything of a key once, from a cursor on; and nothing left out without a word."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from shared.adapters.nats import event_reader
from shared.adapters.nats.event_log import NatsEventLog
from shared.adapters.nats.event_stream import StreamLimits
from shared.contracts.key_events import KeyChanged
from shared.contracts.subjects import NO_SESSION
from shared.ids import now_ms
from tests.emulators.nats_process import NatsServer
from tests.functions.conftest import running_api
from tests.functions.events.logged import WITHIN, Logged, logged, message, presence, texts


@pytest.fixture
async def gateway(own_nats: NatsServer, tmp_path: Path) -> AsyncIterator[Logged]:
    async with logged(own_nats.url, tmp_path) as gateway:
        yield gateway


async def test_what_happened_is_read_page_by_page(gateway: Logged) -> None:
    """Oldest first; `next` goes on, also where there was nothing yet, and each event has a cursor of its own."""
    tenant = await gateway.tenant()
    nothing = await gateway.get(tenant)
    assert nothing["events"] == []
    await gateway.put(tenant, *(message(str(n)) for n in range(7)))
    assert texts(await gateway.all(tenant, limit=3)) == [str(n) for n in range(7)]
    found = await gateway.all(tenant, after=nothing["next"])
    assert texts(found) == [str(n) for n in range(7)]
    assert {event["sessionId"] for event in found} == {"default"}
    assert texts(await gateway.all(tenant, after=found[3]["cursor"])) == ["4", "5", "6"]
    assert len({event["id"] for event in found}) == 7


async def test_latest_is_what_comes_from_then_on(gateway: Logged) -> None:
    """Nothing of before, everything of afterwards."""
    tenant = await gateway.tenant()
    await gateway.put(tenant, message("before"))
    begun = await gateway.get(tenant, after="latest")
    assert begun["events"] == []
    await gateway.put(tenant, message("after"))
    assert texts(await gateway.all(tenant, after=begun["next"])) == ["after"]


async def test_two_keys_see_nothing_of_each_other(gateway: Logged) -> None:
    """Neither events nor sessions; a cursor of the one is none for the other."""
    first, second = await gateway.tenant(), await gateway.tenant()
    await gateway.put(first, message("of the first"))
    await gateway.put(second, message("of the second"))
    assert texts(await gateway.all(first)) == ["of the first"]
    assert texts(await gateway.all(second)) == ["of the second"]
    cursor = (await gateway.get(first))["next"]
    assert (await gateway.refused(second, after=cursor))["code"] == "CURSOR_INVALID"


async def test_what_is_of_the_key_itself_is_read_by_it_alone(gateway: Logged) -> None:
    """It has no session; whoever asks for one session does not get it, and no other key does."""
    tenant, other = await gateway.tenant(), await gateway.tenant()
    await gateway.put(tenant, message("1"))
    await gateway.put(tenant, KeyChanged(at=now_ms(), max_sessions=5), uid=NO_SESSION)
    found = (await gateway.all(tenant))[-1]
    narrowed_to_nothing = {"sessions": [], "addresses": [], "chats": [], "oldSecretsUntil": []}
    assert (found["type"], found["sessionId"]) == ("key.changed", None)
    assert found["data"] == {"maxSessions": 5} | narrowed_to_nothing
    assert texts(await gateway.all(tenant, sessionId="default")) == ["1"]
    assert [event["type"] for event in await gateway.all(tenant, types="key.*")][-1:] == ["key.changed"]
    assert not [event for event in await gateway.all(other) if event["type"] == "key.changed"]


async def test_types_and_sessions_are_chosen(gateway: Logged) -> None:
    """By name, by family; what does not exist is refused. `next` moves past what was not asked for."""
    tenant = await gateway.tenant("one", "two")
    two = await gateway.api.stores.sessions.named(tenant.key_id, "two")
    assert two is not None
    await gateway.put(tenant, message("1"), presence(), message("2", from_me=True))
    await gateway.put(tenant, message("3"), uid=two.uid)
    assert texts(await gateway.all(tenant, types="message.received")) == ["1", "3"]
    assert texts(await gateway.all(tenant, types="message.*")) == ["1", "2", "3"]
    assert [event["type"] for event in await gateway.all(tenant, types="presence, call.*")] == ["presence"]
    assert texts(await gateway.all(tenant, sessionId="two")) == ["3"]
    assert texts(await gateway.all(tenant, types="message.received", limit=1)) == ["1", "3"]
    assert (await gateway.refused(tenant, types="message.nothing"))["field"] == "types"
    assert (await gateway.refused(tenant, sessionId="three"))["code"] == "SESSION_NOT_FOUND"
    none = await gateway.get(tenant, types="call.rang")
    assert none["events"] == []
    assert (await gateway.get(tenant, after=none["next"]))["events"] == []


async def test_a_wait_ends_with_the_first_event_or_its_time(gateway: Logged, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event is there when it comes; without one the answer comes when the wait is over."""
    monkeypatch.setattr(event_reader, "_NO_BELL", 3600.0)  # without a bell it looks at the end of its 20 s
    tenant, other = await gateway.tenant(), await gateway.tenant()
    begun = await gateway.get(tenant, after="latest")
    waiting = asyncio.create_task(gateway.get(tenant, after=begun["next"], wait=20))
    await gateway.put(other, message("not theirs"))
    before = time.monotonic()
    await gateway.put(tenant, message("at last"))
    assert texts((await waiting)["events"]) == ["at last"]
    assert time.monotonic() - before < 15
    empty = await gateway.get(tenant, after="latest", wait=1)
    assert empty["events"] == []


async def test_a_renamed_session_has_its_new_name_and_a_deleted_one_nothing(gateway: Logged) -> None:
    """The events of a deleted session go with it; what is left of them on their way is nobody's."""
    tenant = await gateway.tenant("one", "two")
    two = await gateway.api.stores.sessions.named(tenant.key_id, "two")
    assert two is not None
    await gateway.api.stores.sessions.rename(tenant.uid, "shop")
    await gateway.put(tenant, message("1"))
    await gateway.put(tenant, message("2"), uid=two.uid)
    await gateway.api.stores.sessions.remove(two.uid)
    found = await gateway.all(tenant)
    assert [(event["sessionId"], event["data"]["message"]) for event in found] == [("shop", "1")]


async def test_whoever_was_away_too_long_is_told_and_where_to_go_on(own_nats: NatsServer, tmp_path: Path) -> None:
    """410 with `next`; a cursor that is only idle stays good."""
    limits = StreamLimits(max_age=2.0, max_bytes=64 * 1024**2)
    async with logged(own_nats.url, tmp_path, limits) as gateway:
        tenant = await gateway.tenant()
        await gateway.put(tenant, message("1"))
        cursor = (await gateway.get(tenant))["next"]
        await gateway.put(tenant, message("2"))
        async with asyncio.timeout(WITHIN):
            while True:
                answer = await gateway.api.http.get("/api/events", params={"after": cursor}, headers=tenant.headers)
                if answer.status_code == 410:
                    break
                await asyncio.sleep(0.1)
        gone = answer.json()
        assert gone["code"] == "EVENTS_GONE"
        lasting = replace(limits, max_age=3600.0)  # what comes now stays until it is read
        gateway.log = NatsEventLog(gateway.log._connection, lasting)
        await gateway.put(tenant, message("3"))
        again = await gateway.get(tenant, after=gone["next"])
        assert texts(again["events"]) == ["3"]


async def test_nothing_is_lost_over_a_restart_of_nats_and_of_the_api(own_nats: NatsServer, tmp_path: Path) -> None:
    """The same cursor goes on, whoever was away meanwhile."""
    async with logged(own_nats.url, tmp_path) as gateway:
        tenant = await gateway.tenant()
        await gateway.put(tenant, *(message(str(n)) for n in range(3)))
        first = await gateway.get(tenant, limit=2)
        own_nats.kill()
        assert (await gateway.refused(tenant, after=first["next"]))["code"] == "BUS_UNAVAILABLE"
        own_nats.start()
        await gateway.put(tenant, message("3"))
        async with (
            running_api(gateway.api.settings) as url,  # a new API
            httpx.AsyncClient(base_url=url, timeout=30) as http,
        ):
            answer = await http.get("/api/events", params={"after": first["next"]}, headers=tenant.headers)
        assert texts(first["events"] + answer.json()["events"]) == ["0", "1", "2", "3"]
