"""A field of two hosts and two API processes, shared by the tests of a module."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.chaos.field import Field, Plan, running_field


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_field(ministack_endpoint: str) -> AsyncIterator[Field]:
    async with running_field(Plan(sessions=2), endpoint=ministack_endpoint) as field:
        yield field


@pytest_asyncio.fixture(loop_scope="module")
async def field(shared_field: Field) -> AsyncIterator[Field]:
    """The module's field, whole again: every session connected before the test, every fault taken back after it."""
    async with asyncio.timeout(120):
        for name in shared_field.numbers:
            await shared_field.customer.until_connected(name)
    yield shared_field
    shared_field.heal()
    await shared_field.whatsapp.clear_faults()


@pytest.fixture
def chance() -> random.Random:
    return random.Random(17)  # noqa: S311 - to be the same again
