"""Every answer to anything that can be asked is one that the OpenAPI document names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functions.conftest import ADMIN, HOSTED, api_with
from tests.functions.fuzzing import EVERY_PHASE, fuzz
from tests.functions.shard import running_shard


@pytest.mark.timeout(540)
@pytest.mark.parametrize(
    "phases", ["examples,fuzzing,stateful", pytest.param(EVERY_PHASE, marks=pytest.mark.slow)], ids=["short", "whole"]
)
async def test_schemathesis_finds_nothing(phases: str, nats_url: str, tmp_path: Path) -> None:
    """All of its checks, with data that fits and data that does not, each route after those that lead to it.

    The whole of it takes a minute of a processor: what is changed in routes is to be tried with it (`make slow`).
    """
    async with (
        api_with(nats_url, tmp_path, auth_failures_per_minute=1_000_000, **HOSTED) as api,
        running_shard(nats_url, api.stores),
    ):
        told = await fuzz(str(api.http.base_url).rstrip("/"), ADMIN, examples=2, seed=None, within=500, phases=phases)
    assert told.failures == {}, told.words
    assert told.untested == 0
    assert told.calls > 500
