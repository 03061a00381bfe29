"""A session that moves while somebody asks something of it."""

import asyncio

import pytest

from tests.functions.conftest import Api
from tests.functions.shard import Shard
from tests.functions.waiting import until


async def moving(api: Api, key: dict[str, str], shard: Shard) -> int:
    """A session whose owner gives it up; how much it was asked before."""
    await api.send(key)
    shard.lets_go = True
    return len(shard.seen)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/qr"), ("GET", "/api/check-number/628123456789"), ("POST", "/api/sessions/default/restart")],
)
async def test_what_was_not_begun_is_asked_of_the_next_owner(
    api: Api, key: dict[str, str], shard: Shard, method: str, path: str
) -> None:
    """While the caller waits, who is not told of the move."""
    asked = await moving(api, key, shard)
    asking = asyncio.create_task(api.http.request(method, path, headers=key))

    async def asked_again() -> bool:
        return len(shard.seen) > asked + 1

    await until(asked_again)
    shard.lets_go = False
    assert (await asyncio.wait_for(asking, 20)).status_code == 200


async def test_a_stop_that_meets_a_move_is_done_when_nobody_has_the_session(
    api: Api, key: dict[str, str], shard: Shard
) -> None:
    """The owner that gives it up disconnects it; the row keeps the next one from connecting it."""
    asked = await moving(api, key, shard)
    stopping = asyncio.create_task(api.http.post("/api/sessions/default/stop", headers=key))

    async def asked_again() -> bool:
        return len(shard.seen) > asked + 1

    await until(asked_again)
    (uid,) = shard.epochs
    await shard.drop(uid)
    answer = await asyncio.wait_for(stopping, 10)
    assert (answer.status_code, answer.json()["status"]) == (200, "stopped")
