import asyncio
import threading

from session_host.whatsapp.library.gate import Gate


async def test_a_call_waits_while_a_client_is_added() -> None:
    """Entering blocks its thread until the one that has the library alone is done."""
    gate = Gate()
    entered = threading.Event()

    def call() -> None:
        gate.enter()
        entered.set()

    async with gate.alone():
        thread = threading.Thread(target=call)
        thread.start()
        assert not await asyncio.to_thread(entered.wait, 0.1)
    assert await asyncio.to_thread(entered.wait, 45)
    thread.join()


async def test_a_call_that_hangs_inside_holds_nobody_up() -> None:
    """Only the entry of a call keeps others from having the library alone."""
    gate = Gate()
    release = threading.Event()

    def hang() -> None:
        gate.enter()
        release.wait(90)

    thread = threading.Thread(target=hang)
    thread.start()
    try:
        async with asyncio.timeout(45), gate.alone():
            assert thread.is_alive()
    finally:
        release.set()
        thread.join()


async def test_waiting_calls_get_in_between_two_that_have_it_alone() -> None:
    """A row of connects does not starve the calls."""
    gate = Gate()
    order: list[str] = []
    waiting = threading.Event()

    def call() -> None:
        waiting.set()
        gate.enter()
        order.append("call")

    async def second() -> None:
        async with gate.alone():
            order.append("second")

    async with gate.alone():
        thread = threading.Thread(target=call)
        thread.start()
        assert await asyncio.to_thread(waiting.wait, 45)
        while not gate._waiting:
            await asyncio.sleep(0.001)
        following = asyncio.create_task(second())
    await asyncio.wait_for(following, 45)
    thread.join()
    assert order == ["call", "second"]
