from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.gateway import Gateway, running


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    """`wagate sandbox` with a folder of its own, and a key."""
    async with running(tmp_path / "data") as gateway:
        yield gateway
