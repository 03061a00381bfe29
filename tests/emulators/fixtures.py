"""The servers of a test session, one of each per xdist worker, started when the first test asks for it."""

from collections.abc import Generator

import pytest

from tests.emulators import servers
from tests.emulators.localstack_process import localstack_server
from tests.emulators.nats_cluster import NatsCluster
from tests.emulators.nats_process import NatsServer


@pytest.fixture(scope="session")
def moto_endpoint() -> Generator[str]:
    """A moto server shared by the session: name tables uniquely; races are for ministack (see servers.py)."""
    with servers.moto_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def ministack_endpoint() -> Generator[str]:
    """A ministack shared by the session: name tables and buckets uniquely."""
    with servers.ministack_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def localstack_endpoint() -> Generator[str]:
    """A LocalStack shared by the session, without DynamoDB: name buckets uniquely."""
    with localstack_server() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def nats_url() -> Generator[str]:
    """A nats-server with JetStream shared by the session: name subjects and streams uniquely."""
    with servers.nats_server(jetstream=True) as server:
        yield server.url


@pytest.fixture
def own_nats() -> Generator[NatsServer]:
    """A nats-server with JetStream for one test, to kill and restart as it likes."""
    with servers.nats_server(jetstream=True) as server:
        yield server


@pytest.fixture
def own_nats_cluster() -> Generator[NatsCluster]:
    """Three nats-servers with JetStream for one test, to kill, freeze and restart as it likes."""
    with servers.nats_cluster() as cluster:
        yield cluster
