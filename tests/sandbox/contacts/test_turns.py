"""Two contacts of one process take turns; a message lands before the next one leaves."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from sandbox.contacts import turns as turning
from sandbox.contacts.turns import Turns

ONE, OTHER, OUTSIDE = "491710000001", "491710000002", "491719999999"


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a message to land waits for longer than the test."""
    monkeypatch.setattr(turning, "_LANDS_WITHIN", 60)


def sending(message: str) -> Callable[[], Awaitable[str]]:
    async def send() -> str:
        return message

    return send


@pytest.mark.usefixtures("patient")
async def test_the_next_leaves_when_the_last_has_landed() -> None:
    """In either direction between the same two."""
    turns, leaving = Turns(), asyncio.Queue()
    turns.join(ONE)
    turns.join(OTHER)

    async def send(sender: str, receiver: str, message: str) -> str:
        async def leave() -> str:
            await leaving.put(message)
            return message

        return await turns.take(sender, [receiver], leave)

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(send(ONE, OTHER, "a"))
        tasks.create_task(send(OTHER, ONE, "b"))
        assert await leaving.get() == "a"
        await asyncio.sleep(0)
        assert leaving.empty()
        turns.landed(OTHER, "a")
        assert await leaving.get() == "b"
        turns.landed(ONE, "b")


@pytest.mark.usefixtures("patient")
async def test_a_message_may_land_before_its_sender_knows_its_id() -> None:
    """The receiver's callback may be faster than WhatsApp's acknowledgement."""
    turns = Turns()
    turns.join(OTHER)

    async def send() -> str:
        turns.landed(OTHER, "a")
        return "a"

    async with asyncio.timeout(30):
        assert await turns.take(ONE, [OTHER], send) == "a"


@pytest.mark.usefixtures("patient")
async def test_nobody_waits_for_who_is_not_here() -> None:
    """A number of somebody else can't tell what it received."""
    turns = Turns()
    turns.join(ONE)
    async with asyncio.timeout(30):
        assert await turns.take(ONE, [OUTSIDE], sending("a")) == "a"
    turns.leave(ONE)
    turns.landed(ONE, "late")


async def test_a_message_that_never_lands_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault may keep it away; its id is returned all the same."""
    monkeypatch.setattr(turning, "_LANDS_WITHIN", 0.1)
    turns = Turns()
    turns.join(OTHER)
    async with asyncio.timeout(30):
        assert await turns.take(ONE, [OTHER], sending("a")) == "a"
        turns.landed(OTHER, "b")
        assert await turns.take(ONE, [OTHER], sending("b")) == "b"


async def test_a_failed_send_ends_its_turn() -> None:
    """The error is the caller's, the next may go."""
    turns = Turns()
    turns.join(OTHER)

    async def refused() -> str:
        raise LookupError

    [error] = await asyncio.gather(turns.take(ONE, [OTHER], refused), return_exceptions=True)
    assert isinstance(error, LookupError)
    turns.landed(OTHER, "a")
    assert await turns.take(ONE, [OTHER], sending("a")) == "a"
