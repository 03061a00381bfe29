"""What doctor says of webhooks, by the rows that it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.checks.deliveries import deliveries
from shared.adapters.stores import open_stores
from shared.settings import StoreSettings
from shared.webhooks.model import Webhook


@pytest.mark.broken("Nothing delivers to webhooks", "webhooks", "no process delivers to them", "WAGATE_ROLES")
async def test_webhooks_that_nothing_delivers_to_are_named(tmp_path: Path) -> None:
    """Nothing is said without webhooks, nor where there is no database; with a process it is well."""
    assert list(deliveries(tmp_path)) == []
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        assert list(deliveries(tmp_path)) == []
        webhook = Webhook(id="wh_1", key_id="key_1", url="https://example.com/", created_at=1)
        assert await stores.webhooks.add(webhook, at_most=10)
        await stores.leases.begin("host-0", "host", room=1)
        (found,) = deliveries(tmp_path)
        assert (found.check, found.state) == ("webhooks", "fail")
        await stores.workers.begin("host-deliverer", "host", room=0)
        (found,) = deliveries(tmp_path)
        assert found.state == "ok"
