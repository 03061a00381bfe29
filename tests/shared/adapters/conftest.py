"""Every store the gateway can run on, behind one fixture: the same tests run over each."""

import random
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.adapters.aws.client import aws_client
from shared.adapters.dynamodb.tables import create_tables
from shared.adapters.stores import Stores, open_stores
from shared.settings import StoreSettings
from tests.chaos.aws_front import aws_front
from tests.emulators.lagging_indexes import lagging_indexes

EVERY_STORE = ["sqlite", "moto", "ministack"]
CONCURRENT_STORES = ["sqlite", "ministack"]
"""moto answers one request after the other, so no race is one there (tests/emulators/servers.py)."""
INDEX_LAG = 3.0
"""Seconds by which global indexes of DynamoDB are behind here at most, each row by another time."""


@dataclass
class StoreMaker:
    """One store's place; each `open` is what another process of the gateway would have."""

    settings: StoreSettings
    _stack: AsyncExitStack

    async def open(self) -> Stores:
        return await self._stack.enter_async_context(open_stores(self.settings))


@pytest.fixture
async def store_maker(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StoreMaker]:
    """Opens the store named by the parameter, closed after the test; empty and the test's own."""
    settings = _settings(request, tmp_path)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")  # emulators take any
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    async with AsyncExitStack() as stack:
        if settings.store == "dynamodb":
            await _make_tables_and_bucket(settings)
            endpoint = str(settings.aws_endpoint_url)
            chance = random.Random(request.node.name)  # noqa: S311 - to be the same again
            indexes = await stack.enter_async_context(lagging_indexes(endpoint, chance))
            indexes.longest = INDEX_LAG
            front = await stack.enter_async_context(aws_front(endpoint, chance, indexes))
            settings = settings.model_copy(update={"aws_endpoint_url": f"http://127.0.0.1:{front.port}"})
        yield StoreMaker(settings, stack)


@pytest.fixture
async def stores(store_maker: StoreMaker) -> Stores:
    """The store, opened once."""
    return await store_maker.open()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a store runs over each; one marked `races` over each that has races."""
    if "store_maker" in metafunc.fixturenames:
        concurrent = metafunc.definition.get_closest_marker("races") is not None
        metafunc.parametrize("store_maker", CONCURRENT_STORES if concurrent else EVERY_STORE, indirect=True)


def _settings(request: pytest.FixtureRequest, folder: Path) -> StoreSettings:
    if request.param == "sqlite":
        return StoreSettings(store="sqlite", data_dir=folder / "data")
    endpoint: str = request.getfixturevalue(f"{request.param}_endpoint")
    name = uuid.uuid4().hex
    return StoreSettings(
        store="dynamodb",
        aws_endpoint_url=endpoint,
        aws_on_threads=request.param == "moto",  # so that both ways of asking meet every test
        table_prefix=f"t{name}-",
        bucket=f"b-{name}",
    )


async def _make_tables_and_bucket(settings: StoreSettings) -> None:
    settings = settings.model_copy(update={"aws_on_threads": False})  # who makes tables waits for them
    async with aws_client("dynamodb", settings) as dynamodb, aws_client("s3", settings) as s3:
        await create_tables(dynamodb, settings.table_prefix)
        place = {"LocationConstraint": settings.aws_region}
        await s3.create_bucket(Bucket=settings.bucket, CreateBucketConfiguration=place)
