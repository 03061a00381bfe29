"""A contact is asked for one message again at a time, and for none while it sends."""

import asyncio

import pytest

from sandbox.delivery import retry_turns
from sandbox.delivery.retry_turns import RetryTurns

CONTACT = "491710000001"


async def turn_of_the_loop():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_next_request_waits_for_the_answer():
    """In the order they came; an answer to something else changes nothing."""
    turns, asked = RetryTurns(), []
    turns.join(CONTACT)
    for message in ("a", "b"):
        turns.ask(CONTACT, message, lambda message=message: asked.append(message))
    await turn_of_the_loop()
    turns.answered(CONTACT, "b")
    await turn_of_the_loop()
    assert asked == ["a"]
    turns.answered(CONTACT, "a")
    await turn_of_the_loop()
    assert asked == ["a", "b"]


async def test_a_send_and_a_request_wait_for_each_other():
    """A request comes after the send that was under way, a send after the request before it."""
    turns, asked = RetryTurns(), []
    async with turns.sending(CONTACT):
        turns.ask(CONTACT, "a", lambda: asked.append("a"))
        await turn_of_the_loop()
        assert asked == []
    await turn_of_the_loop()
    assert asked == ["a"]

    async def send():
        async with turns.sending(CONTACT):
            asked.append("sent")

    sending = asyncio.create_task(send())
    await turn_of_the_loop()
    assert asked == ["a"]
    turns.answered(CONTACT, "a")
    await sending
    assert asked == ["a", "sent"]


async def test_a_request_that_is_never_answered_makes_way(monkeypatch):
    """A contact says nothing about a message it no longer remembers."""
    monkeypatch.setattr(retry_turns, "_ANSWERED_WITHIN", 0.001)
    turns, second = RetryTurns(), asyncio.Event()
    turns.join(CONTACT)
    turns.ask(CONTACT, "forgotten", lambda: None)
    turns.ask(CONTACT, "known", second.set)
    await asyncio.wait_for(second.wait(), 60)


def test_others_are_asked_at_once():
    """Only contacts take turns."""
    turns, asked = RetryTurns(), []
    turns.ask(CONTACT, "a", lambda: asked.append("a"))
    turns.ask(CONTACT, "b", lambda: asked.append("b"))
    assert asked == ["a", "b"]


@pytest.mark.timeout(300)
async def test_nothing_is_lost_when_a_contact_is_asked_for_much_at_once(link, control, new_number, until):
    """A device that can decrypt none of sixty messages asks for all of them while more are written: all arrive."""
    ben, contact = await link(), new_number()
    await control.post("/contacts", json={"number": contact})
    await ben.kill()
    await control.post("/faults", json={"kind": "corrupt", "target": ben.number, "count": 60})
    texts = [f"text {place}" for place in range(80)]

    async def write(some):
        for text in some:
            answer = await control.post(f"/contacts/{contact}/send", json={"to": ben.number, "text": text})
            assert answer.status_code == 200

    await write(texts[:60])
    writing = asyncio.create_task(write(texts[60:]))
    await ben.restart()
    await writing

    async def all_heard():
        return {message["text"] for message in ben.heard("Message")} >= set(texts)

    await until(all_heard, 120)
