"""What every route declares of keys holds: nobody, a key without its scope, and another customer's key get nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from functions.app import create_app
from functions.guards import Scope
from functions.reference.openapi import documented
from functions.settings import ApiSettings
from tests.functions.conftest import Api, api_with
from tests.functions.shard import Shard, running_shard

ROUTES = list(documented(create_app(ApiSettings())))
NAME = "of-the-first"
NOT_THERE = {"SESSION_NOT_FOUND", "MESSAGE_NOT_FOUND", "MEDIA_NOT_FOUND"}


def filled(path: str) -> str:
    """The address for the first customer's session."""
    return re.sub(r"\{\w+\}", "x", path.replace("{number}", "628123456789").replace("{name}", NAME))


@pytest.fixture
async def api(nats_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=10_000) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


async def code(api: Api, method: str, path: str, headers: dict[str, str], **more: object) -> str | None:
    """Of the error that is answered; None where it is a success."""
    answer = await api.http.request(method, filled(path), headers=headers, **more)
    return answer.json().get("code")


async def test_nobody_and_no_other_scope_opens_a_route(api: Api) -> None:
    """KEY_MISSING, SCOPE_MISSING; an API key opens no route of the admin's."""
    keys = {
        scope: await api.new_key(scopes=[s for s in Scope if s not in {scope, Scope.EVERYTHING}]) for scope in Scope
    }
    for path, method, handler, description in ROUTES:
        if description.key == "api":
            assert await code(api, method, path, {}) == "KEY_MISSING", path
            assert await code(api, method, path, keys[handler.opt["scope"]]) == "SCOPE_MISSING", path
        elif description.key == "admin":
            assert await code(api, method, path, keys[Scope.EVERYTHING]) == "ADMIN_KEY_MISSING", path


async def test_what_is_read_of_a_session_is_read_by_its_own_key(api: Api, shard: Shard) -> None:
    """Another key's session of the same name is not there: nothing of the first is told, and nobody asked its shard."""
    first, second = await api.new_key(), await api.new_key()
    assert (await api.send(first, sessionId=NAME)).status_code == 200
    asked = len(shard.seen)
    for path, method, _, description in ROUTES:
        if description.key != "api" or method != "GET" or path in {"/api/qr", "/api/sessions", "/api/status"}:
            continue
        assert await code(api, method, path, second, params={"sessionId": NAME}) in NOT_THERE, path
    assert (await api.http.get("/api/sessions", headers=second)).json()["sessions"] == []
    assert (await api.http.get("/api/status", headers=second, params={"sessionId": NAME})).json()["connected"] is False
    assert len(shard.seen) == asked
