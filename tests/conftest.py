"""What every test can ask for."""

import pylibmagic  # noqa: F401 # pyright: ignore[reportUnusedImport] - brings libmagic, which neonize loads whoever imports it first

from tests.emulators.fixtures import (
    localstack_endpoint,
    ministack_endpoint,
    moto_endpoint,
    nats_url,
    own_nats,
    own_nats_cluster,
)

__all__ = ["localstack_endpoint", "ministack_endpoint", "moto_endpoint", "nats_url", "own_nats", "own_nats_cluster"]
