"""One change at a time enters Go, and no call beside it."""

import asyncio

import pytest

from sandbox.contacts import gate as gates
from sandbox.contacts.gate import Gate


async def test_changes_enter_one_at_a_time() -> None:
    """Ten at once: never two inside."""
    gate, inside, most = Gate(), 0, 0

    async def change() -> None:
        nonlocal inside, most
        async with gate.change():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(change() for _ in range(10)))
    assert most == 1


async def test_calls_enter_together() -> None:
    """Two calls that wait for each other inside both get in."""
    gate = Gate()
    barrier = asyncio.Barrier(2)

    async def call() -> None:
        async with gate.call():
            await barrier.wait()

    async with asyncio.timeout(30):
        await asyncio.gather(call(), call())


async def test_a_call_waits_for_a_change() -> None:
    """A call that comes during a change enters behind it."""
    gate, order = Gate(), []
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def change() -> None:
        async with gate.change():
            entered.set()
            await go_on.wait()
            order.append("change")

    async def call() -> None:
        await entered.wait()
        asyncio.get_running_loop().call_soon(go_on.set)
        async with gate.call():
            order.append("call")

    await asyncio.gather(change(), call())
    assert order == ["change", "call"]


async def test_a_change_waits_for_calls_under_way() -> None:
    """A short call is let finish before a change enters."""
    gate, order = Gate(), []
    entered = asyncio.Event()

    async def call() -> None:
        async with gate.call():
            entered.set()
            await asyncio.sleep(0)
            order.append("call")

    async def change() -> None:
        await entered.wait()
        async with gate.change():
            order.append("change")

    await asyncio.gather(call(), change())
    assert order == ["call", "change"]


async def test_a_change_does_not_wait_for_a_hanging_call() -> None:
    """A send that WhatsApp doesn't acknowledge takes 75 s, and has long entered Go."""
    gate = Gate()
    async with asyncio.timeout(30), gate.call(), gate.change():
        pass


async def test_a_failing_call_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error inside doesn't keep the next change waiting for its patience."""
    monkeypatch.setattr(gates, "_PATIENCE", 60)
    gate = Gate()

    async def failing() -> None:
        async with gate.call():
            await asyncio.wait_for(asyncio.Event().wait(), 0)

    await asyncio.gather(failing(), return_exceptions=True)
    async with asyncio.timeout(30), gate.change():
        pass
