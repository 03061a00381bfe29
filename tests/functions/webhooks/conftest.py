"""An API with a log of events, whose webhooks may be on this machine: one for a module."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.emulators.servers import nats_server
from tests.functions.events.logged import Logged, logged
from tests.functions.webhooks.receiver import Receiver, receiving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Logged]:
    folder = tmp_path_factory.mktemp("gateway")
    with nats_server(jetstream=True) as server:
        async with logged(server.url, folder, url_allow="127.0.0.1", webhooks_per_key=3) as running:
            yield running


@pytest_asyncio.fixture(loop_scope="module")
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running
