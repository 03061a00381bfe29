"""What every route declares of keys holds: nobody, and a key without its scope, get nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from functions.guards import Scope
from functions.reference.openapi import documented
from tests.functions.conftest import Api, api_with

ROUTES = list(documented())
NAME = "of-the-first"


def filled(path: str) -> str:
    """The address for the first customer's session."""
    return re.sub(r"\{\w+\}", "x", path.replace("{number}", "628123456789").replace("{name}", NAME))


@pytest.fixture
async def api(nats_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=10_000) as running:
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
            if handler.opt["scope"] != "any":
                assert await code(api, method, path, keys[handler.opt["scope"]]) == "SCOPE_MISSING", path
        elif description.key == "admin":
            assert await code(api, method, path, keys[Scope.EVERYTHING]) == "ADMIN_KEY_MISSING", path
