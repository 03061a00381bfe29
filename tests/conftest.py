"""What every test can ask for."""

from tests.emulators.fixtures import (
    localstack_endpoint,
    ministack_endpoint,
    moto_endpoint,
    nats_url,
    own_nats,
    own_nats_cluster,
)

__all__ = ["localstack_endpoint", "ministack_endpoint", "moto_endpoint", "nats_url", "own_nats", "own_nats_cluster"]
