from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.launched import Launched, launched


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Launched]:
    """A running `wagate sandbox`, shared by the tests of a module: make keys and sessions of your own."""
    with launched("sandbox", tmp_path_factory.mktemp("gateway") / "data") as started:
        yield started
