"""Questions to WhatsApp of one session: few at a time, and none while it refuses or is silent."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from session_host.session.questions import Questions
from session_host.whatsapp.client import QUESTIONS_AT_ONCE, NotLookedUp, NotSent
from shared.contracts.commands.command import Done, Question
from shared.errors import RateLimited, TooManyRequests, WhatsAppSilent
from tests.session_host.gateway_host import eventually


class Client:
    """The session and its client: `session_host.session.questions.Asked`."""

    def __init__(self) -> None:
        self.asked = 0
        self.raises: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    def connected_client(self) -> Any:
        return self

    async def ask(self, _: Question[Done]) -> Done:
        self.asked += 1
        await self.answers.wait()
        if self.raises is not None:
            raise self.raises
        return Done()


class Setting:
    """The questions of a session, and the time."""

    def __init__(self) -> None:
        self.client = Client()
        self.now = 0.0
        self.questions = Questions(self.client, lambda: self.now)

    async def ask(self, within: float = 10) -> Done:
        return await self.questions.ask(Question[Done](), within=within)


@pytest.fixture
async def setting() -> AsyncIterator[Setting]:
    made = Setting()
    yield made
    await made.questions.close()


async def test_what_whatsapp_answers_is_told(setting: Setting) -> None:
    """Also that there is no connection."""
    assert await setting.ask() == Done()
    setting.client.raises = NotSent("away")
    with pytest.raises(NotSent):
        await setting.ask()


async def test_few_are_under_way(setting: Setting) -> None:
    """Who comes later waits for a turn, and is told when it does not come."""
    setting.client.answers.clear()
    asking = [asyncio.create_task(setting.ask()) for _ in range(QUESTIONS_AT_ONCE)]
    await eventually(lambda: _truth(setting.client.asked == QUESTIONS_AT_ONCE))
    with pytest.raises(TooManyRequests):
        await setting.ask(within=0.05)
    waiting = asyncio.create_task(setting.ask())
    setting.client.answers.set()
    assert await asyncio.gather(*asking, waiting) == [Done()] * (QUESTIONS_AT_ONCE + 1)


@pytest.mark.parametrize(("code", "error", "pause"), [(429, RateLimited, 60), (None, WhatsAppSilent, 10)])
async def test_nothing_is_asked_during_a_pause(
    setting: Setting, code: int | None, error: type[Exception], pause: float
) -> None:
    """After a refusal for a minute, after silence for ten seconds, twice as long the next time; until it answers."""
    setting.client.raises = NotLookedUp("refused", code=code)
    for doubled in (1, 2):
        with pytest.raises(error) as first:
            await setting.ask()
        assert first.value.retry_after == pytest.approx(pause * doubled)
        asked = setting.client.asked
        with pytest.raises(error):
            await setting.ask()
        assert setting.client.asked == asked
        setting.now += pause * doubled
    setting.client.raises = None
    assert await setting.ask() == Done()


async def test_who_waits_when_the_session_stops_is_told(setting: Setting) -> None:
    """As when there is no connection."""
    setting.client.answers.clear()
    asking = asyncio.create_task(setting.ask())
    await eventually(lambda: _truth(setting.client.asked))
    await setting.questions.close()
    with pytest.raises(NotSent):
        await asking


async def _truth(value: object) -> bool:
    return bool(value)
