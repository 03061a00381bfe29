from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.examples.talking import Number
from tests.launched import Launched
from tests.shared_gateway import fresh_number, left_as_found


@pytest.fixture(scope="module")
def gateway(shared_gateway: Launched) -> Generator[Launched]:
    """The gateway that modules share; it fetches pictures from this machine too."""
    with left_as_found(shared_gateway):
        yield shared_gateway


@pytest.fixture(scope="module")
def number(gateway: Launched) -> Generator[Number]:
    """A connected session of it."""
    number = Number.logged_in(gateway, fresh_number(), "sales")
    yield number
    number.leave()
