"""What every test can ask for, and what every test is watched for."""

import gc

from hypothesis import HealthCheck, settings

from tests.emulators.fixtures import (
    localstack_endpoint,
    ministack_endpoint,
    moto_endpoint,
    nats_url,
    own_nats,
    own_nats_cluster,
)
from tests.leaks import no_leaks, pytest_runtest_makereport, pytest_runtest_setup
from tests.shared_gateway import shared_gateway

__all__ = [
    "localstack_endpoint",
    "ministack_endpoint",
    "moto_endpoint",
    "nats_url",
    "no_leaks",
    "own_nats",
    "own_nats_cluster",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "shared_gateway",
]

# How long an example takes says how busy the machine is.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what stays to the end: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()
