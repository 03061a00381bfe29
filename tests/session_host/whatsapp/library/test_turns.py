"""Tenants take turns at what one may have at a time."""

import asyncio

import pytest

from session_host.whatsapp.library.turns import Turns


async def waits(turns: Turns, tenant: str, order: list[str]) -> asyncio.Task[None]:
    """A task that waits for its turn, and notes it."""

    async def work() -> None:
        async with turns.turn(tenant):
            order.append(tenant)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    return task


async def test_one_tenants_crowd_makes_another_wait_for_one() -> None:
    """Whoever comes after five of another tenant's gets it second; within a tenant the first comes first."""
    turns, order = Turns(), list[str]()
    async with turns.turn("a"):
        tasks = [await waits(turns, tenant, order) for tenant in ("a", "a", "a", "b", "a", "b", "c")]
        assert order == []
    await asyncio.gather(*tasks)
    assert order == ["a", "b", "c", "a", "b", "a", "a"]
    async with asyncio.timeout(45), turns.turn("d"):
        pass


async def test_who_gives_up_waiting_holds_nobody_up() -> None:
    """Also at the very moment at which the turn comes."""
    turns, order = Turns(), list[str]()
    async with turns.turn("a"):
        early = await waits(turns, "b", order)
        late = await waits(turns, "c", order)
        last = await waits(turns, "d", order)
        early.cancel()
    late.cancel()  # it has the turn by now, and has not run
    await asyncio.wait_for(last, 45)
    for task in (early, late):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert order == ["d"]
