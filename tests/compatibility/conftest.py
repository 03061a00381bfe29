"""What earlier versions wrote, and what a newer one may add to it: `samples/` holds the bytes of each version.

`record.py` made them. A test that fails on them says that two versions cannot work beside each other (docs/adr/0019).
"""

from pathlib import Path
from typing import Any

import pytest

from tests.compatibility.earlier import earlier_code
from tests.compatibility.record import SAMPLES

VERSIONS = sorted(path.name for path in SAMPLES.iterdir())
NEWS = {"from_the_future": {"any": ["thing"]}}
"""What a newer version may add to every JSON object."""


@pytest.fixture(params=VERSIONS)
def samples(request: pytest.FixtureRequest) -> Path:
    """Those of one version."""
    return SAMPLES / request.param


@pytest.fixture(params=[{}, NEWS], ids=["as written", "with a new field"])
def news(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What is added to everything that is read."""
    return request.param


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A folder with the code of an earlier version."""
    return earlier_code(tmp_path / "earlier")
