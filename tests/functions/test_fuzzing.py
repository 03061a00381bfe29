"""Every answer to anything that can be asked is one that the OpenAPI document names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functions.conftest import ADMIN, api_with
from tests.functions.fuzzing import fuzz
from tests.functions.shard import running_shard


@pytest.mark.timeout(540)  # half a minute on two idle cores
async def test_schemathesis_finds_nothing(nats_url: str, tmp_path: Path) -> None:
    """All of its checks, with data that fits and data that does not, each route after those that lead to it."""
    async with (
        api_with(nats_url, tmp_path, auth_failures_per_minute=1_000_000) as api,
        running_shard(nats_url, api.stores),
    ):
        told = await fuzz(str(api.http.base_url).rstrip("/"), ADMIN, examples=1, seed=None, within=500)
    assert told.failures == {}, told.words
    assert told.untested == 0
    assert told.calls > 500
