"""How often a key may ask: in one process at once, in several soon, and no request asks anybody for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from functions.access.rates import Rates
from shared.adapters.nats.bus import NatsBus
from shared.errors import RateExceeded
from shared.tenants.model import ApiKey
from tests.functions.conftest import ADMIN, Api
from tests.functions.waiting import until
from tests.shared.adapters.contracts.samples import a_key

ADMIN_HEADER = {"X-Admin-Key": ADMIN}


class Clock:
    """A monotonic clock that a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def processes(nats_url: str) -> AsyncIterator[tuple[Rates, Rates, Clock]]:
    """Two processes of the API."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        found = []
        for name in ("one", "two"):
            bus = await NatsBus.connect(nats_url, name=name)
            stack.push_async_callback(bus.close)
            found.append(Rates(bus, clock))
            await stack.enter_async_context(found[-1].shared())
        yield found[0], found[1], clock


def let_pass(rates: Rates, key: ApiKey, most: int = 1000) -> int:
    """How many requests pass, of so many."""
    for number in range(most):
        try:
            rates.count(key)
        except RateExceeded:
            return number
    return most


async def is_left(number: int, key: ApiKey, *processes: Rates) -> None:
    """Return when so many may pass in each of these."""

    async def all_have() -> bool:
        return all(left(each, key) == number for each in processes)

    await until(all_have)


def left(rates: Rates, key: ApiKey) -> int:
    standing = rates.standing(key)
    assert standing is not None
    return standing.left


async def test_processes_share_a_rate(processes: tuple[Rates, Rates, Clock]) -> None:
    """What one let pass is missing in the other, also of a key that never asked there; with time it flows in again."""
    one, two, clock = processes
    key, other, free = a_key(per_minute=60), a_key(per_minute=60), a_key()
    assert let_pass(one, key, 40) == 40
    await is_left(20, key, two)
    assert let_pass(two, key) == 20
    await is_left(0, key, one)
    assert (let_pass(one, key), let_pass(one, other)) == (0, 60)
    clock.now += 5
    assert let_pass(one, key) == 5
    assert let_pass(one, free) == 1000


async def test_too_much_at_the_same_moment_is_paid_back(processes: tuple[Rates, Rates, Clock]) -> None:
    """Both let a minute's worth pass before they hear of each other: nothing passes in the minute after."""
    one, two, clock = processes
    key = a_key(per_minute=60)
    assert (let_pass(one, key), let_pass(two, key)) == (60, 60)
    clock.now += 30
    await is_left(0, key, one, two)
    clock.now += 29
    assert (let_pass(one, key), let_pass(two, key)) == (0, 0)
    clock.now += 3
    assert let_pass(one, key) in {1, 2}


async def test_a_caller_is_told_how_much_is_left(api: Api) -> None:
    """In every answer, errors too; then 429 with the time to wait. A key without a rate is told nothing."""
    key = await api.new_key(requestsPerMinute=3)
    for number, path in enumerate(("/api/key", "/api/sessions", "/api/messages/none"), start=1):
        answer = await api.http.get(path, headers=key)
        assert answer.headers["RateLimit-Policy"] == '"key";q=3;w=60'
        assert answer.headers["RateLimit"].startswith(f'"key";r={3 - number};t=')
    refused = await api.http.get("/api/key", headers=key)
    assert (refused.status_code, refused.json()["code"]) == (429, "RATE_EXCEEDED")
    assert refused.json()["requestsPerMinute"] == 3
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    free = await api.new_key()
    assert "RateLimit" not in (await api.http.get("/api/key", headers=free)).headers
    listed = (await api.http.get("/api/admin/apikeys", headers=ADMIN_HEADER)).json()["apiKeys"]
    mine = next(each["id"] for each in listed if each["requestsPerMinute"] == 3)
    changed = await api.http.patch(f"/api/admin/apikeys/{mine}", json={"requestsPerMinute": None}, headers=ADMIN_HEADER)
    assert changed.json()["apiKey"]["requestsPerMinute"] is None
    assert (await api.http.get("/api/key", headers=key)).status_code == 200
