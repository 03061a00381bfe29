"""What is old is removed, whatever it is of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from session_host.outbound.retention import Aging, Kept, Retention
from shared.adapters.stores import open_stores
from shared.ids import now_ms
from shared.media.sweeping import FileSweep
from shared.settings import StoreSettings
from shared.webhooks.model import KEPT_FOR_MS
from tests.shared.adapters.contracts.samples import a_delivery


async def test_what_became_of_deliveries_is_removed_after_its_days(tmp_path: Path) -> None:
    """Also when no process delivers any more; what is younger stays."""
    now = now_ms()
    old = [a_delivery(number, first_at=now - KEPT_FOR_MS - 1) for number in range(2_500)]
    young = replace(a_delivery(9_000), first_at=now - KEPT_FOR_MS + 60_000)
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        await stores.deliveries.put([*old, young])
        files = FileSweep(stores.files, stores.file_rows, now_ms)
        aging = Aging(stores.messages, stores.receipts, stores.inbox, files, stores.deliveries)
        await Retention(aging, cast("Any", None), Kept(1, 1, 1, 1), lambda: now).remove_old()
        assert (await stores.deliveries.page("wh_1", limit=99)).deliveries == [young]
