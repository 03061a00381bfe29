"""What sessions do, written into their rows: whatever happens meanwhile, the writer goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from session_host.ownership.reports import Reports
from session_host.ownership.session_changes import SessionChanges
from shared.adapters.stores import Stores, open_stores
from shared.ids import now_ms
from shared.sessions.model import Session, SessionReport, SessionStatus
from shared.settings import StoreSettings
from tests.session_host.gateway_host import eventually

OWNER = "host-0"
CONNECTED = SessionReport(status=SessionStatus.CONNECTED, since=1)


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        yield stores


async def _claimed(stores: Stores, name: str) -> Session:
    row, _ = await stores.sessions.get_or_create("key", name, now=now_ms())
    claimed = await stores.sessions.claim(row.uid, OWNER)
    assert claimed is not None
    return claimed


async def test_a_session_forgotten_while_reports_are_written_ends_nothing(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is let go at the very moment at which its report was to be written: the others are, now and later."""
    with closing(SessionChanges(lambda _events: None, now_ms)) as changes:
        reports = Reports(stores.sessions, OWNER, lambda _uid, _epoch: None, changes)
        rows = [await _claimed(stores, name) for name in ("gone", "stays")]
        for row in rows:
            reports.put(row.uid, row.epoch, CONNECTED)
        write = stores.sessions.write_report
        written: list[str] = []

        async def noted(uid: str, owner: str, epoch: int, report: SessionReport) -> bool:
            written.append(uid)
            return await write(uid, owner, epoch, report)

        monkeypatch.setattr(stores.sessions, "write_report", noted)
        flushing = asyncio.create_task(reports.flush())
        asyncio.get_running_loop().call_soon(reports.forget, rows[0].uid)  # after the list is made, before its turn
        await flushing
        assert rows[1].uid in written

        running = asyncio.create_task(reports.run())
        again = await _claimed(stores, "later")
        reports.put(again.uid, again.epoch, CONNECTED)

        async def reported() -> bool:
            row = await stores.sessions.get(again.uid)
            return row is not None and row.report.status is SessionStatus.CONNECTED

        await eventually(reported)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
