from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.launched import Launched
from tests.shared_gateway import left_as_found


@pytest.fixture(scope="module")
def gateway(shared_gateway: Launched) -> Generator[Launched]:
    """The gateway that modules share: make keys and sessions of your own, and delete the sessions."""
    with left_as_found(shared_gateway):
        yield shared_gateway
