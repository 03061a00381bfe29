"""Every address with every method."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from functions.reference.openapi import documented
from shared.errors import CATALOGUE
from tests.functions.conftest import ADMIN, Api, api_with
from tests.functions.documented import answer_to
from tests.functions.shard import Shard, running_shard

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "MKCOL", "SEARCH")
BODIES: tuple[bytes, ...] = (b"", b"{}", b'{"number": 5, "sessionId": null}', b"[")
KEYS: dict[str, dict[str, str]] = {"nobody": {}, "a customer": {}, "the admin": {"X-Admin-Key": ADMIN}}
PAGES = ("/docs", "/schema", "/metrics", "/nothing", "/api", "/api/admin")
DOCUMENTED = {(path, method) for path, method, _, _ in documented()}
PATHS = sorted({path for path, _ in DOCUMENTED})
ORIGIN = "https://example.com"


def filled(path: str) -> str:
    """An address of this route, of a session that is there."""
    return re.sub(r"\{\w+\}", "x", path.replace("{number}", "628123456789"))


@pytest.fixture
async def api(nats_url: str, tmp_path: Path, patience: dict[str, float]) -> AsyncIterator[Api]:
    changes = {"auth_failures_per_minute": 100_000, "cors_origins": (ORIGIN,), "metrics_token": "m" * 16}
    async with api_with(nats_url, tmp_path, **changes, **patience) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


@pytest.mark.parametrize("method", METHODS)
async def test_no_method_makes_a_server_error(api: Api, shard: Shard, method: str) -> None:
    """Whoever asks, with whatever body: what the catalogue knows, or 405 with the methods that there are."""
    wrong: list[str] = []
    keys = KEYS | {"a customer": await api.new_key()}
    for path in [*map(filled, PATHS), *PAGES]:
        for who, headers in keys.items():
            for body in BODIES if method == "POST" else BODIES[:1]:
                answer = await answer_to(api.http, method, path, content=body, headers=headers)
                code = answer.json()["code"] if method != "HEAD" and answer.status_code >= 400 else None
                fine = answer.status_code < 400 or code is None or CATALOGUE[code].status == answer.status_code
                told = answer.status_code != 405 or "Allow" in answer.headers
                if answer.status_code == 500 or not fine or not told:
                    wrong.append(f"{method} {path} of {who} with {body!r}: {answer.status_code}")
    assert wrong == []
    assert shard


async def test_head_answers_as_get_does_without_the_body(api: Api, shard: Shard) -> None:
    """Status and headers; watchers of /health and /ready ask so."""
    headers = {**await api.new_key(), "X-Admin-Key": ADMIN}
    await api.send(headers, sessionId="default")
    for path in [*(path for path, method in sorted(DOCUMENTED) if method == "GET"), "/docs", "/schema", "/metrics"]:
        answer = await answer_to(api.http, "GET", filled(path), headers=headers)
        head = await api.http.head(filled(path), headers=headers)
        assert (path, head.status_code, head.content) == (path, answer.status_code, b"")
        assert head.headers["Content-Type"] == answer.headers["Content-Type"]
    assert shard


async def test_options_name_the_methods_to_everybody(api: Api) -> None:
    """They are in the documentation: no key is asked for."""
    key = await api.new_key()
    for path in PATHS:
        methods = {method for known, method in DOCUMENTED if known == path} | {"OPTIONS"}
        methods |= {"HEAD"} if "GET" in methods else set()
        for headers in ({}, key, {"X-API-Key": "wa_wrong"}, {"X-Admin-Key": ADMIN}):
            answer = await api.http.options(filled(path), headers=headers)
            assert (path, answer.status_code) == (path, 204)
            assert set(answer.headers["Allow"].split(", ")) == methods


async def test_pages_of_an_allowed_origin_can_read_every_answer(api: Api) -> None:
    """A browser asks before, without a key; refusals can be read too, with what they say of waiting."""
    for path, method in sorted(DOCUMENTED):
        asked = {
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "x-api-key, content-type, idempotency-key",
        }
        allowed = await api.http.options(filled(path), headers=asked)
        assert allowed.status_code == 204
        assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert method in allowed.headers["Access-Control-Allow-Methods"]
        assert "x-api-key" in allowed.headers["Access-Control-Allow-Headers"].lower()
        answered = await api.http.request(method, filled(path), headers={"Origin": ORIGIN})
        assert answered.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "X-Request-Id" in answered.headers["Access-Control-Expose-Headers"]
        other = await api.http.options(filled(path), headers=asked | {"Origin": "https://example.org"})
        assert "Access-Control-Allow-Origin" not in other.headers
