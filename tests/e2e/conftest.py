"""Two ways to the gateway that all modules share; see tests/shared_gateway.py for who needs one of its own.

`gateway` is for one test, `module_gateway` for all tests of a module, which have `loop_scope="module"` then. Each has a
new key, so `default` is a new session, whatever others call theirs. Phones and contacts get numbers of `fresh_number`.
Who needs a gateway of its own starts it with `benchmarks.gateway.running`, once for a module where that will do.
"""

from collections.abc import AsyncIterator, Generator

import pytest
import pytest_asyncio

from benchmarks.gateway import Gateway
from tests.e2e.visiting import visiting
from tests.e2e.visitors import Visitor
from tests.e2e.visitors import visiting as with_a_browser
from tests.launched import Launched


@pytest.fixture
async def gateway(shared_gateway: Launched) -> AsyncIterator[Gateway]:
    """The shared gateway with a key of the test's own; its sessions and contacts are gone at the end."""
    async with visiting(shared_gateway) as gateway:
        yield gateway


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_gateway(shared_gateway: Launched) -> AsyncIterator[Gateway]:
    """The same for all tests of a module."""
    async with visiting(shared_gateway) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def visitor(shared_gateway: Launched) -> Generator[Visitor]:
    """A browser, with a key of its own, for all tests of a module."""
    with with_a_browser(shared_gateway) as visitor:
        yield visitor
