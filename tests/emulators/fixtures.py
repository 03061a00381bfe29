"""The servers of a test session, one of each per xdist worker, started when the first test asks for it."""

from collections.abc import Iterator

import pytest

from tests.emulators import servers
from tests.emulators.nats_process import NatsServer


@pytest.fixture(scope="session")
def moto_endpoint() -> Iterator[str]:
    """A moto server shared by the session: name tables uniquely, do nothing concurrent (see servers.py)."""
    with servers.moto_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def ministack_endpoint() -> Iterator[str]:
    """A ministack shared by the session: name tables and buckets uniquely."""
    with servers.ministack_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def nats_url() -> Iterator[str]:
    """A nats-server with JetStream shared by the session: name subjects and streams uniquely."""
    with servers.nats_server(jetstream=True) as server:
        yield server.url


@pytest.fixture
def own_nats() -> Iterator[NatsServer]:
    """A nats-server with JetStream for one test, to kill and restart as it likes."""
    with servers.nats_server(jetstream=True) as server:
        yield server
