from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.clients.bad_way import BadWay
from tests.examples.talking import Number
from tests.launched import Launched
from tests.shared_gateway import fresh_number, left_as_found


@pytest.fixture(scope="module")
def gateway(shared_gateway: Launched) -> Generator[Launched]:
    """The gateway that modules share."""
    with left_as_found(shared_gateway):
        yield shared_gateway


@pytest.fixture(scope="module")
def number(gateway: Launched) -> Generator[Number]:
    """A connected session `sales` of it, with a key of its own."""
    number = Number.logged_in(gateway, fresh_number(), "sales")
    yield number
    number.leave()


@pytest.fixture
def contact(number: Number) -> str:
    """Somebody whom it may write with."""
    contact = fresh_number()
    number.control("/contacts", number=contact, name="Ibu Ani")
    return contact


@pytest.fixture
def bad_way(gateway: Launched) -> Generator[BadWay]:
    """A way to the gateway on which things happen."""
    with BadWay.to(gateway.url) as way:
        yield way
