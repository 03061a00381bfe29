"""Whose words the library has while devices register."""

from __future__ import annotations

import asyncio

from session_host.whatsapp.registering import Registering

_SOON = 45.0


async def test_other_words_wait_until_those_who_register_are_done() -> None:
    """Who has the same words does not wait, nor who is paired and says nothing."""
    registering, first, second = Registering(), asyncio.Event(), asyncio.Event()
    assert registering.begin(b"wagate", first)
    assert registering.begin(b"wagate", second)
    assert registering.begin(b"", asyncio.Event())
    assert not registering.begin(b"shop", asyncio.Event())
    waiting = asyncio.create_task(registering.turn(b"shop"))
    first.set()
    await asyncio.sleep(0)
    assert not registering.begin(b"shop", asyncio.Event())
    second.set()
    await asyncio.wait_for(waiting, _SOON)
    assert registering.begin(b"shop", asyncio.Event())
    assert not registering.begin(b"wagate", asyncio.Event())
