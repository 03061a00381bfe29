"""What is told to be read: together, again after a failure, and without one session holding up another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from session_host.inbound import reads
from session_host.inbound.acting import Whose
from session_host.inbound.reads import Reads
from session_host.whatsapp.client import NotSent
from shared.adapters.stores import Stores, open_stores
from shared.contracts.own_events import MessagesToRead
from shared.errors import WhatsAppRefused
from shared.ids import now_ms
from shared.settings import StoreSettings
from tests.shared.adapters.contracts.samples import an_arrival

CHAT = "628222222222@s.whatsapp.net"
_WITHIN = 45.0


@dataclass
class Sessions:
    """`ses_1` and `ses_2` are held."""

    fails: dict[str, Exception] = field(default_factory=dict)
    told: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def whose(self, session_uid: str) -> Whose | None:
        return Whose("key_1", None) if session_uid in {"ses_1", "ses_2"} else None

    async def ask(self, session_uid: str, question: Any, *, within: float) -> None:  # noqa: ARG002
        if session_uid in self.fails:
            raise self.fails[session_uid]
        self.told.append((session_uid, question.message_ids))

    def look(self, session_uid: str) -> None:
        del session_uid


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as opened:
        yield opened


@asynccontextmanager
async def running(sessions: Sessions, stores: Stores, done: list[int]) -> AsyncIterator[Reads]:
    made = Reads(sessions, stores.chats, now_ms)
    made.on_done = done.append
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(_WITHIN):
        while not met():
            await asyncio.sleep(0.01)


def said(*ids: str) -> MessagesToRead:
    return MessagesToRead(at=now_ms(), chat=CHAT, sender=CHAT, message_ids=ids)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_TOGETHER", "_FIRST_PAUSE", "_LAST_PAUSE"):
        monkeypatch.setattr(reads, name, 0.02)


async def test_those_of_a_chat_are_told_of_together(stores: Stores) -> None:
    """Once each, also what is in two entries since it was written down twice; then the entries are done with."""
    sessions, done = Sessions(), list[int]()
    async with running(sessions, stores, done) as made:
        made.take(1, "ses_1", said("a", "b"))
        made.take(2, "ses_1", said("b", "c"))
        await until(lambda: sorted(done) == [1, 2])
    assert sessions.told == [("ses_1", ("a", "b", "c"))]


async def test_what_was_told_is_unread_no_longer(stores: Stores) -> None:
    """Here either; what nobody could be told of still is."""
    await stores.inbox.append([an_arrival(1, chat=CHAT), an_arrival(2, "ses_2", chat=CHAT)])
    sessions, done = Sessions({"ses_2": WhatsAppRefused()}), list[int]()
    async with running(sessions, stores, done) as made:
        made.take(1, "ses_1", said(an_arrival(1).id))
        made.take(2, "ses_2", said(an_arrival(2).id))
        await until(lambda: sorted(done) == [1, 2])
    assert [len(await stores.chats.unread(uid, CHAT)) for uid in ("ses_1", "ses_2")] == [0, 1]


async def test_a_session_that_cannot_tell_holds_up_no_other(stores: Stores) -> None:
    """It tells when it is connected again."""
    sessions, done = Sessions({"ses_1": NotSent("down")}), list[int]()
    async with running(sessions, stores, done) as made:
        made.take(1, "ses_1", said("a"))
        for number in range(2, 6):
            made.take(number, "ses_2", said(str(number)))
            await until(lambda number=number: number in done)
        assert 1 not in done
        sessions.fails.clear()
        await until(lambda: 1 in done)
    assert ("ses_1", ("a",)) in sessions.told


async def test_what_is_refused_again_and_again_is_given_up(stores: Stores) -> None:
    """As is what another host has to tell by now."""
    sessions, done = Sessions({"ses_1": WhatsAppRefused()}), list[int]()
    async with running(sessions, stores, done) as made:
        made.take(1, "ses_1", said("a"))
        made.take(2, "ses_elsewhere", said("b"))
        await until(lambda: sorted(done) == [1, 2])
    assert sessions.told == []
