"""What runs in a shard never ends without a word (docs/session-host.md)."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from shared.adapters.stores import open_stores
from shared.settings import StoreSettings

_WITHIN = 60


@pytest.mark.parametrize(
    "part",
    [
        "ownership.lease LeaseKeeper run",
        "ownership.ownership Ownership run",
        "ownership.reports Reports run",
        "auth_sync.keeper AuthKeeper run",
        "auth_sync.keeper AuthKeeper run_tending",
        "inbound.completing Completing run",
        "inbound.applying Inbound run",
        "inbound.publishing Publishing run",
        "inbound.resends Resends run",
        "outbound.retention Retention run",
    ],
)
async def test_a_part_that_fails_ends_its_shard_loudly(part: str, nats_url: str, tmp_path: Path) -> None:
    """The log says why, the lease is given up, and the supervisor sees that it failed: it starts a fresh one."""
    module, *names = part.split()
    given = ["--host", "host", "--slot", "0"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.session_host.failing_part", f"session_host.{module}", *names, *given,
        env={**os.environ, "WAGATE_NATS_URL": nats_url, "WAGATE_DATA_DIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(), _WITHIN)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 1
    assert b"shard_failed" in said
    assert b"a part that fails" in said
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        assert await stores.leases.all() == []
