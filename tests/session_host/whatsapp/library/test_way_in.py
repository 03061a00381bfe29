import asyncio
import threading

import pytest

from session_host.whatsapp.client import NotSent
from session_host.whatsapp.library.gate import Gate
from session_host.whatsapp.library.way_in import WayIn


async def test_a_call_that_waited_while_its_client_went_is_refused() -> None:
    """It never reaches the library, which ends the process over a client that it has not."""
    gate = Gate()
    way_in, other = WayIn(gate), WayIn(gate)
    way_in.open()
    other.open()
    began = threading.Event()
    told: list[str] = []

    def call() -> None:
        began.set()
        try:
            way_in.enter()
        except NotSent:
            told.append("refused")
        else:
            told.append("called")

    async with gate.alone():
        thread = threading.Thread(target=call)
        thread.start()
        await asyncio.to_thread(began.wait, 45)
        way_in.close()
    await asyncio.to_thread(thread.join, 45)
    assert told == ["refused"]
    await asyncio.to_thread(other.enter)


async def test_calls_before_the_beginning_and_after_the_end_are_refused() -> None:
    """Whoever is early, or late, is refused as well."""
    way_in = WayIn(Gate())
    with pytest.raises(NotSent):
        way_in.enter()
    way_in.open()
    way_in.enter()
    way_in.close()
    with pytest.raises(NotSent):
        way_in.enter()
