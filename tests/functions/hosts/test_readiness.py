"""What anybody may ask without a key costs next to nothing, however often it is asked."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import httpx
import pytest

import functions.reference.routes
from functions.hosts import readiness
from shared.adapters.nats import bus
from shared.adapters.nats.bus import NatsBus
from shared.adapters.sqlite.keys import SqliteApiKeys
from shared.contracts.subjects import SESSIONS_WANTED
from tests.functions.conftest import Api
from tests.functions.shard import Shard
from tests.functions.waiting import until


async def test_readiness_costs_the_same_however_often_it_is_asked(
    api: Api, shard: Shard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three hundred questions: the store and NATS are asked about once a second, and no doorbell rings at shards."""
    asked: Counter[str] = Counter()
    request, get = NatsBus.request, SqliteApiKeys.get

    async def counted_request(on: NatsBus, subject: str, payload: bytes, **how: Any) -> bytes:
        asked[subject] += 1
        return await request(on, subject, payload, **how)

    async def counted_get(keys: SqliteApiKeys, key_id: str) -> Any:
        asked["store"] += 1
        return await get(keys, key_id)

    for patient in (readiness, "_WITHIN"), (readiness, "_HOST_ANSWERS_WITHIN"), (bus, "_HEALTHY_WITHIN"):
        monkeypatch.setattr(*patient, 20.0)  # who asks so much is in the same process
    monkeypatch.setattr(NatsBus, "request", counted_request)
    monkeypatch.setattr(SqliteApiKeys, "get", counted_get)
    begun = time.monotonic()
    answers: list[httpx.Response] = []
    for _ in range(6):  # a client takes seconds over as many at once
        answers += await asyncio.gather(*(api.http.get("/ready") for _ in range(50)))
    most = time.monotonic() - begun + 2
    assert {answer.status_code for answer in answers} == {200}
    assert 1 <= asked["store"] <= most
    assert asked.total() <= 2 * most
    assert (asked[SESSIONS_WANTED], shard.rung) == (0, 0)


async def test_readiness_sees_soon_what_changes(api: Api) -> None:
    """A gateway that starts does not wait for what was missing a moment ago."""
    assert (await api.http.get("/ready")).status_code == 503
    old_shard = await NatsBus.connect(api.settings.nats_url, name="old shard")

    async def here(_: bytes) -> bytes:
        return b""

    async def ready() -> bool:
        return (await api.http.get("/ready")).status_code == 200

    await old_shard.serve(SESSIONS_WANTED, here)  # all that a shard of 0.1 listens to
    await until(ready)
    await old_shard.close()

    async def not_ready() -> bool:
        return (await api.http.get("/ready")).json().get("hosts") == "NO_HOST"

    await until(not_ready)


async def test_the_document_is_made_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making it takes some 20 ms of the event loop that everybody waits for."""
    made = 0
    make = functions.reference.routes.document

    def counted(*given: Any) -> Any:
        nonlocal made
        made += 1
        return make(*given)

    monkeypatch.setattr(functions.reference.routes, "document", counted)
    answers = [await api.http.get("/schema") for _ in range(3)]
    assert made == 1
    assert {answer.status_code for answer in answers} == {200}
    assert "/api/qr" in answers[-1].json()["paths"]
