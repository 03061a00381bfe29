"""A key may know what it is."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("scopes", [["*"], ["messages:send"], ["sessions:read", "messages:read"]])
async def test_every_key_is_told_what_it_may_do(api: Any, scopes: list[str]) -> None:
    """Whatever its scopes are; its secret is not shown again."""
    headers = await api.new_key(scopes=scopes)
    answer = await api.http.get("/api/key", headers=headers)
    assert (answer.status_code, answer.json()["apiKey"]["scopes"]) == (200, scopes)
    assert headers["X-API-Key"] not in answer.text


async def test_nobody_else_is_told(api: Any) -> None:
    """Without a key there is nothing to tell."""
    assert (await api.http.get("/api/key")).status_code == 401
