"""What is sent into a chat with a disappearing timer disappears with the rest of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from session_host.session import chat_timers
from session_host.session.chat_timers import ChatTimers
from shared.adapters.stores import Stores, open_stores
from shared.contracts.events import TimerSet
from shared.jids import Jid
from shared.messages.model import ChatTimer
from shared.settings import StoreSettings
from tests.session_host.gateway_host import eventually, gateway_host
from tests.session_host.person import person_with_one_device

ME, CHAT, LID = "628999", "628111@s.whatsapp.net", "900000000000077@lid"
DAY, WEEK = 86_400, 604_800


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path / "data")) as opened:
        yield opened


def told(seconds: int, set_at: int, *chats: str, own: str = ME) -> TimerSet:
    return TimerSet(at=1, own=own, chats=chats or (CHAT,), seconds=seconds, set_at=set_at)


async def test_a_timer_is_known_by_number_and_by_lid_and_after_a_restart(stores: Stores) -> None:
    """The one that was set last, until it is switched off."""
    timers = ChatTimers(stores.messages)
    await timers.load("ses_1")
    assert timers.of("ses_1", ME, Jid.parse(CHAT)) is None
    await timers.learn("ses_1", told(DAY, 10, CHAT, LID))
    await timers.learn("ses_1", told(WEEK, 9))
    wanted = ChatTimer("ses_1", ME, CHAT, DAY, 10)
    assert timers.of("ses_1", ME, Jid.parse(CHAT)) == wanted
    assert timers.of("ses_1", ME, Jid.parse(LID)) is not None

    later = ChatTimers(stores.messages)
    await later.load("ses_1")
    assert later.of("ses_1", ME, Jid.parse(CHAT)) == wanted
    await later.learn("ses_1", told(0, 11))
    assert later.of("ses_1", ME, Jid.parse(CHAT)) is None
    later.forget("ses_1")
    await later.learn("ses_1", told(WEEK, 12))  # of a session that another shard holds by now
    assert later.of("ses_1", ME, Jid.parse(CHAT)) is None
    await timers.load("ses_1")
    assert timers.of("ses_1", ME, Jid.parse(CHAT)) == ChatTimer("ses_1", ME, CHAT, WEEK, 12)


async def test_the_timers_of_another_number_are_not_used(stores: Stores) -> None:
    """A session that is paired anew, as somebody else: neither his timers, nor that his were set later."""
    timers = ChatTimers(stores.messages)
    await timers.load("ses_1")
    await timers.learn("ses_1", told(WEEK, 20, own="628000"))
    assert timers.of("ses_1", ME, Jid.parse(CHAT)) is None
    await timers.learn("ses_1", told(DAY, 10))
    for known in (timers, later := ChatTimers(stores.messages)):
        if known is later:
            await later.load("ses_1")
        assert known.of("ses_1", ME, Jid.parse(CHAT)) == ChatTimer("ses_1", ME, CHAT, DAY, 10)
        assert known.of("ses_1", "628000", Jid.parse(CHAT)) is None


async def test_so_many_chats_are_remembered(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one heard of longest ago is forgotten first; the store has it."""
    monkeypatch.setattr(chat_timers, "_MOST", 2)
    timers = ChatTimers(stores.messages)
    await timers.load("ses_1")
    chats = [f"62811{place}@s.whatsapp.net" for place in range(3)]
    for place, chat in enumerate(chats):
        await timers.learn("ses_1", told(DAY, place + 1, chat))
    known = [timers.of("ses_1", ME, Jid.parse(chat)) is not None for chat in chats]
    assert known == [False, True, True]
    assert len(await stores.messages.timers_of("ses_1")) == 3
    await timers.load("ses_1")
    assert [timers.of("ses_1", ME, Jid.parse(chat)) is not None for chat in chats] == known


@pytest.mark.timeout(400)
async def test_a_reply_carries_the_timer_of_its_chat(nats_url: str, whatsapp: Any, tmp_path: Path) -> None:
    """As the recipient's device reads it: from the first message that tells it, over a restart, until it is off."""
    environment = {**whatsapp.addresses.shard_environment(), "WAGATE_SHARD_LAUNCHER": "sandbox.trust"}
    async with (
        person_with_one_device(whatsapp, tmp_path) as person,
        gateway_host(nats_url, tmp_path, environment) as host,
    ):
        session, number = await host.pair(whatsapp)
        uid = session.uid

        async def kept() -> set[int]:
            return {timer.seconds for timer in await host.stores.messages.timers_of(uid)}

        async def replied(text: str) -> list[int]:
            await host.send(uid, person.number, text)
            return (await person.hear("Message", lambda heard: heard["text"] == text))["timer"]

        assert await replied("before") == [0, 0]
        await person.do("send_timed", to=number, text="hello", seconds=DAY, set_at=1_700_000_000)
        await eventually(lambda: _is(kept, {DAY}), 60)
        assert await replied("with a timer") == [DAY, 1_700_000_000]
        before = await host.stores.sessions.get(uid)
        assert before is not None
        await host.kill_shard()
        await host.status(uid, "connected", epoch=before.epoch + 1, within=90)
        assert await replied("after a crash") == [DAY, 1_700_000_000]
        await person.do("set_timer", to=number, seconds=0, set_at=1_700_000_001)
        await eventually(lambda: _is(kept, {0}), 60)
        assert await replied("switched off") == [0, 0]


async def _is(look: Any, wanted: set[int]) -> bool:
    return await look() == wanted
