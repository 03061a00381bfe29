from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.examples.talking import Number
from tests.launched import Launched, launched


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Launched]:
    """A running `wagate sandbox`, which fetches pictures from this machine too."""
    with launched("sandbox", tmp_path_factory.mktemp("examples") / "data", WAGATE_URL_ALLOW="127.0.0.1") as started:
        yield started


@pytest.fixture(scope="module")
def number(gateway: Launched) -> Number:
    """A connected session of it."""
    return Number.logged_in(gateway, "628111111111", "sales")
