"""The audit log: every change is in it, with who, what, when and from where, and nothing of what it said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from dirty_equals import IsInt, IsStr

from functions.guards import Scope
from functions.reference.openapi import documented
from shared.ids import hash_api_key, new_audit_id, now_ms
from shared.tenants.audit import AuditEntry
from tests.functions.conftest import ADMIN, Api, api_with
from tests.functions.documented import answer_to, is_stream
from tests.functions.from_document import Names, operations
from tests.functions.shard import Shard, running_shard

ADMIN_HEADER = {"X-Admin-Key": ADMIN}
MARK = "nobody-writes-this-down"
CHANGING = {Scope.SESSIONS_WRITE, Scope.WEBHOOKS}


@pytest.fixture
async def api(nats_url: str, tmp_path: Path, patience: dict[str, float]) -> AsyncIterator[Api]:
    async with api_with(
        nats_url, tmp_path, auth_failures_per_minute=10_000, url_allow="127.0.0.1", **patience
    ) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


async def entries(api: Api, path: str = "/api/admin/audit", **said: Any) -> list[dict[str, Any]]:
    answer = await api.http.get(path, **({"headers": ADMIN_HEADER} | said))
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"]


async def test_every_change_is_written_down(api: Api, shard: Shard) -> None:
    """Every operation of the document that changes sessions, keys, webhooks or settings, with what was answered."""
    scopes = {handler.handler_name: handler.opt["scope"] for _, _, handler, _ in documented()}
    key = await api.new_key()
    assert shard.claims
    audited = 0
    for operation in operations():
        name = operation.said["operationId"]
        before = await entries(api, params={"limit": 3})
        asked = operation.request(Names(session="sales", number="628111000111"))
        asked["headers"] |= ADMIN_HEADER if operation.key == "adminKey" else key
        if "json" in asked:
            asked["json"] |= {"message": MARK, "passphrase": f"{MARK}-of-an-export"} if "message" not in name else {}
        answer = await answer_to(api.http, asked.pop("method"), asked.pop("url"), **asked)
        if is_stream(answer):
            continue
        after = await entries(api, params={"limit": 3})
        assert MARK not in json.dumps(after), operation
        changes = operation.method != "GET" and (operation.key == "adminKey" or scopes[name] in CHANGING)
        new = [each for each in after if each["id"] not in {known["id"] for known in before}]
        if not (changes and operation.key):
            assert new == [], operation
            continue
        ((entry,), audited) = (new, audited + 1)
        assert entry["action"] == name
        assert entry["route"] == f"{operation.method} {entry['route'].partition(' ')[2]}"
        assert entry["status"] == answer.status_code, operation
        assert (entry["code"] or None) == (answer.json().get("code") if answer.status_code >= 400 else None), operation
        if operation.path.startswith("/api/admin/apikeys/generate"):
            key = await api.new_key()
    assert audited > 30


async def test_a_key_sees_what_concerns_it(api: Api) -> None:
    """Its own changes, and those of it by the admin, whose address is not its business; nothing of others."""
    mine, other = await api.new_key(), await api.new_key()
    stored = await api.stores.keys.by_hash(hash_api_key(mine["X-API-Key"]))
    assert stored is not None
    assert (await api.http.post("/api/sessions/sales/start", headers=other)).status_code in {200, 503}
    assert (await api.http.delete("/api/sessions/sales", headers=mine)).status_code == 404
    path = f"/api/admin/apikeys/{stored.id}"
    assert (await api.http.patch(path, json={"maxSessions": 5}, headers=ADMIN_HEADER)).status_code == 200
    changed, deleted = await entries(api, "/api/audit", headers=mine)
    assert changed == {
        "id": IsStr(regex="aud_.{26}"),
        "at": IsInt(),
        "by": "admin",
        "prefix": None,
        "keyId": stored.id,
        "action": "change_key",
        "route": "PATCH /api/admin/apikeys/{key_id}",
        "about": {"key_id": stored.id},
        "address": None,
        "status": 200,
        "code": None,
    }
    assert (deleted["by"], deleted["prefix"], deleted["address"]) == (stored.id, stored.prefix, "127.0.0.1")
    assert (deleted["about"], deleted["code"]) == ({"name": "sales"}, "SESSION_NOT_FOUND")
    by_admin = await entries(api, params={"keyId": stored.id})
    assert [each["address"] for each in by_admin] == ["127.0.0.1"] * 2


async def test_pages_and_lines(api: Api) -> None:
    """As pages, and as NDJSON that holds the same."""
    for _ in range(5):
        await api.new_key()
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await api.http.get("/api/admin/audit", params=query, headers=ADMIN_HEADER)).json()
        found += page["entries"]
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert [each["action"] for each in found] == ["generate_key"] * 5
    headers = ADMIN_HEADER | {"Accept": "application/x-ndjson"}
    lines = await api.http.get("/api/admin/audit", headers=headers)
    assert lines.headers["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == found
    for wrong in ({"before": "x"}, {"limit": 0}, {"keyId": "x"}):
        assert (await api.http.get("/api/admin/audit", params=wrong, headers=ADMIN_HEADER)).status_code == 400


async def test_what_cannot_be_written_down_is_not_done(api: Api) -> None:
    """The store takes no entry: no key is made. And an entry that nobody ended says that nobody knows."""
    begun = AuditEntry(new_audit_id(), now_ms(), "admin", "", "-", "revoke_key", "POST /x", "203.0.113.7")
    await api.stores.audit.begin(begun)
    assert (await entries(api))[0]["status"] is None
    database = sqlite3.connect(api.settings.data_dir / "wagate.db", isolation_level=None)
    try:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    finally:
        database.close()
    made = await api.http.post("/api/admin/apikeys/generate", json={"name": "test"}, headers=ADMIN_HEADER)
    assert made.status_code >= 500
    assert await api.stores.keys.all() == []
