"""What every test can ask for."""

from tests.emulators.fixtures import ministack_endpoint, moto_endpoint, nats_url, own_nats, own_nats_cluster

__all__ = ["ministack_endpoint", "moto_endpoint", "nats_url", "own_nats", "own_nats_cluster"]
