"""Webhooks while everything on the way to them is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.webhook_kills import run


@pytest.mark.timeout(300)
async def test_a_few_events_come_whatever_is_killed(tmp_path: Path) -> None:
    """The small case: once each, while forty messages come to two sessions."""
    seen = await run(tmp_path, inbound=40, sessions=2, kills=1)
    assert seen.wrong == []
    assert set(seen.kills.values()) == {1}
    assert set(seen.said) == set(seen.received.values())
    assert len(seen.said) == len(seen.received) == 40


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_every_event_comes_whatever_is_killed(tmp_path: Path) -> None:
    """The process that delivers, NATS, the API and the receiver, once each. `make chaos FAULT=webhook_kills`: more."""
    seen = await run(tmp_path, inbound=300, sessions=6, kills=1)
    assert seen.wrong == []
    assert set(seen.kills.values()) == {1}
