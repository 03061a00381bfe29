"""What keeps one key from taking a gateway for itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from dirty_equals import IsStr

from functions.access.new_sessions import NewSessions
from shared.errors import TooManyNewSessions
from shared.ids import now_ms
from shared.sessions.model import TOO_MANY_LOGINS, Desired, SessionReport, SessionStatus
from tests.functions.conftest import ADMIN, HOSTED, Api, api_with
from tests.functions.shard import Shard, running_shard
from tests.functions.waiting import until

ADMIN_HEADER = {"X-Admin-Key": ADMIN}
MAKES = [("GET", "/api/qr"), ("POST", "/api/pair-code"), ("POST", "/api/send-message")]
"""Routes that make a session, by their method."""


async def names_of(api: Api, key: dict[str, str]) -> list[str]:
    """The key's sessions."""
    listed = (await api.http.get("/api/sessions", headers=key)).json()
    return [session["sessionId"] for session in listed["sessions"]]


@pytest.mark.usefixtures("shard")
async def test_reading_makes_nothing(api: Api, key: dict[str, str]) -> None:
    """The status of a name that is not there is `not_created`, with what to do; after a deletion again."""
    for _ in range(2):
        told = (await api.http.get("/api/status?sessionId=sales", headers=key)).json()
        assert told == {
            "success": True,
            "sessionId": "sales",
            "connected": False,
            "status": "not_created",
            "hint": IsStr(regex=".*GET /api/qr.*"),
        }
        assert await names_of(api, key) == []
        for path in ("/api/check-number/628123456789", "/api/incoming-messages"):
            answer = await api.http.get(f"{path}?sessionId=sales", headers=key)
            assert (answer.status_code, answer.json()["code"]) == (404, "SESSION_NOT_FOUND")
        assert await names_of(api, key) == []
        await api.http.post("/api/sessions/sales/start", headers=key)
        assert await names_of(api, key) == ["sales"]
        assert (await api.http.delete("/api/sessions/sales", headers=key)).status_code == 200


@pytest.mark.usefixtures("shard")
async def test_a_key_that_only_reads_makes_nothing(api: Api) -> None:
    """403 on every route that would make a session, and none is there."""
    reader = await api.new_key(scopes=["sessions:read", "messages:read"])
    body = {"sessionId": "a", "number": "628123456789", "message": "hello"}
    for method, path in [*MAKES, ("POST", "/api/sessions/a/start"), ("POST", "/api/sessions/a/import")]:
        answer = await api.http.request(method, path, headers=reader, json=body if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (403, "SCOPE_MISSING"), path
    assert (await api.http.get("/api/status?sessionId=a", headers=reader)).json()["status"] == "not_created"
    assert await names_of(api, reader) == []


@pytest.mark.usefixtures("shard")
async def test_a_key_has_as_many_sessions_as_it_may(api: Api) -> None:
    """Its `maxSessions`, set when it is made or later; sessions that are there go on."""
    key = await api.new_key(maxSessions=1)
    assert (await api.send(key, sessionId="a")).status_code == 200
    body = {"sessionId": "b", "number": "628123456789", "message": "hello"}
    for method, path in MAKES:
        answer = await api.http.request(
            method, f"{path}?sessionId=b", headers=key, json=body if method == "POST" else None
        )
        assert (answer.status_code, answer.json()["code"]) == (429, "SESSION_LIMIT"), path
        assert answer.json()["maxSessions"] == 1
    assert await names_of(api, key) == ["a"]
    assert (await api.send(key, sessionId="a")).status_code == 200
    (listed,) = (await api.http.get("/api/admin/apikeys", headers=ADMIN_HEADER)).json()["apiKeys"]
    assert listed["maxSessions"] == 1
    route = f"/api/admin/apikeys/{listed['id']}"
    changed = await api.http.patch(route, headers=ADMIN_HEADER, json={"maxSessions": 2})
    used = {name: changed.json()["apiKey"][name] for name in ("lastUsed", "requestCount")}  # written now and then
    assert changed.json() == {"success": True, "apiKey": {**listed, "maxSessions": 2, **used}}
    assert (await api.send(key, sessionId="b")).status_code == 200
    assert (await api.send(key, sessionId="c")).json()["code"] == "SESSION_LIMIT"
    assert (await api.http.patch(route, headers=ADMIN_HEADER, json={"maxSessions": None})).status_code == 200
    assert (await api.send(key, sessionId="c")).status_code == 200
    for wrong in ({}, {"maxSessions": -1}, {"maxSessions": "2"}):
        refused = await api.http.patch(route, headers=ADMIN_HEADER, json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (400, "BAD_REQUEST")
    unknown = await api.http.patch("/api/admin/apikeys/key_x", headers=ADMIN_HEADER, json={"maxSessions": 1})
    assert unknown.json()["code"] == "KEY_NOT_FOUND"


async def test_the_gateways_limit_is_for_keys_without_one(nats_url: str, tmp_path: Path) -> None:
    """`WAGATE_MAX_SESSIONS`; a key's own number wins, also when it is more."""
    async with (
        api_with(nats_url, tmp_path, max_sessions=1, **HOSTED) as api,
        running_shard(nats_url, api.stores),
    ):
        plain, special = await api.new_key(), await api.new_key(maxSessions=2)
        assert [(await api.send(plain, sessionId=name)).status_code for name in "ab"] == [200, 429]
        assert [(await api.send(special, sessionId=name)).status_code for name in "abc"] == [200, 200, 429]


async def test_new_sessions_have_a_rate(nats_url: str, tmp_path: Path) -> None:
    """Beyond it 429 with Retry-After, for that key alone; what is there goes on, and nothing was made."""
    async with (
        api_with(nats_url, tmp_path, new_sessions_per_minute=3, **HOSTED) as api,
        running_shard(nats_url, api.stores),
    ):
        greedy, other = await api.new_key(), await api.new_key()
        answers = [await api.http.post(f"/api/sessions/s{place}/start", headers=greedy) for place in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert answers[-1].json()["code"] == "TOO_MANY_NEW_SESSIONS"
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20
        assert await names_of(api, greedy) == ["s0", "s1", "s2"]
        assert (await api.send(greedy, sessionId="s0")).status_code == 200
        assert (await api.send(other)).status_code == 200


def test_the_rate_flows_back() -> None:
    """A minute's worth at once, then one for each part of a minute; 0 is no limit."""
    now = 1_000.0
    rate = NewSessions(6, clock=lambda: now)
    for _ in range(6):
        rate.count("key_1")
    with pytest.raises(TooManyNewSessions) as refused:
        rate.count("key_1")
    assert refused.value.retry_after == pytest.approx(10)
    rate.count("key_2")
    now += 10
    rate.count("key_1")
    with pytest.raises(TooManyNewSessions):
        rate.count("key_1")
    free = NewSessions(0, clock=lambda: now)
    for _ in range(1_000):
        free.count("key_1")


async def test_start_makes_a_session(api: Api, key: dict[str, str], shard: Shard) -> None:
    """As asking for a code does, without waiting for one."""
    answer = await api.http.post("/api/sessions/new/start", headers=key)
    assert (answer.status_code, answer.json()["sessionId"]) == (200, "new")
    assert len(shard.epochs) == 1


async def put_away(api: Api, reason: str) -> None:
    """Do what a host does that stops a session without a pairing."""

    async def made() -> bool:
        return bool(await api.stores.sessions.unowned(1))

    await until(made)
    (row,) = await api.stores.sessions.unowned(1)
    claimed = await api.stores.sessions.claim(row.uid, "anotherhost-0")
    assert claimed is not None
    await api.stores.sessions.set_desired(row.uid, Desired.STOPPED)
    report = SessionReport(SessionStatus.STOPPED, reason, since=now_ms())
    await api.stores.sessions.write_report(row.uid, "anotherhost-0", claimed.epoch, report)
    await api.stores.sessions.release(row.uid, "anotherhost-0", claimed.epoch)


async def test_too_many_that_wait_for_a_phone(nats_url: str, tmp_path: Path) -> None:
    """Whoever asks for a code is told at once, and the status says so; nobody waits for a host that will not come."""
    async with api_with(nats_url, tmp_path, **HOSTED) as api:
        key = await api.new_key()
        asking = [asyncio.create_task(api.http.get("/api/qr", headers=key))]
        await put_away(api, TOO_MANY_LOGINS)
        answer = await asking[0]
        assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_LOGINS")
        assert int(answer.headers["Retry-After"]) > 0
        told = (await api.http.get("/api/status", headers=key)).json()
        assert (told["status"], told["reason"]) == ("stopped", TOO_MANY_LOGINS)


async def test_asking_at_the_moment_of_being_put_away(api: Api, key: dict[str, str], shard: Shard) -> None:
    """A session that nobody asked about for long is stopped just now: it is wanted again, and the code comes."""
    shard.status, shard.claims = SessionStatus.QR_READY, False
    asking = asyncio.create_task(api.http.get("/api/qr", headers=key))
    await put_away(api, "not_paired")
    shard.claims = True
    answer = await asking
    assert (answer.status_code, answer.json()["status"]) == (200, "qr_ready")


async def test_full_hosts_are_said(api: Api, key: dict[str, str]) -> None:
    """NO_HOST, and that there is no room rather than no host."""
    await api.stores.leases.begin("host-0", "host", room=0)
    for answer in (await api.http.get("/api/qr", headers=key), await api.send(key)):
        assert (answer.status_code, answer.json()["code"]) == (503, "NO_HOST")
        assert "All session hosts are full (1 shards" in answer.json()["error"]
    await api.stores.leases.begin("host-1", "host", room=1)
    assert "full" not in (await api.http.get("/api/qr", headers=key)).json()["error"]


async def test_a_queue_has_an_end(nats_url: str, tmp_path: Path) -> None:
    """As many messages of a session wait as may: 429, nothing is accepted; other sessions and plain sends go on."""
    async with api_with(nats_url, tmp_path, queue_limit=3, **HOSTED) as api:
        key = await api.new_key()
        queued = {"queue": True, "wait": 0.1}
        answers = [await api.send(key, sessionId="a", **queued) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [202, 202, 202, 429, 429]
        assert (answers[-1].json()["code"], answers[-1].json()["limit"]) == ("QUEUE_FULL", 3)
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert (await api.send(key, sessionId="a", wait=0)).json()["code"] == "QUEUE_FULL"
        assert (await api.send(key, sessionId="b", **queued)).status_code == 202
        (owner,) = await api.stores.keys.all()
        session = await api.stores.sessions.named(owner.id, "a")
        assert session is not None
        assert await api.stores.messages.count_open(session.uid, 99) == 3
        async with running_shard(nats_url, api.stores) as shard:
            assert (await api.send(key, sessionId="a")).status_code == 200
            assert len(shard.frames) == 1
