"""Calls that are rejected, with the real store: who is told why, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from session_host.inbound.acting import Whose
from session_host.inbound.calls import Calls
from session_host.session.chosen import Chosen
from shared.adapters.stores import Stores, open_stores
from shared.contracts.event import Person
from shared.contracts.own_events import CallToReject
from shared.ids import now_ms
from shared.sealing.sealer import Sealer
from shared.sessions.chosen import merged
from shared.sessions.model import Session
from shared.settings import StoreSettings

NOW, HOUR = now_ms(), 3_600_000


@dataclass
class Sessions:
    """One that is held."""

    asked: list[str] = field(default_factory=list)

    def whose(self, session_uid: str) -> Whose | None:
        return Whose("key_1", "628111111111") if session_uid == "ses_1" else None

    async def ask(self, session_uid: str, question: Any, *, within: float) -> None:  # noqa: ARG002
        self.asked.append(question.call_id)

    def look(self, session_uid: str) -> None:
        del session_uid


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    async with open_stores(StoreSettings(data_dir=tmp_path)) as stores:
        yield stores


def chosen(**settings: Any) -> Chosen:
    made = Chosen(Sealer(None, None))
    made.take(Session("ses_1", "key_1", "sales", NOW, settings=merged(None, settings), settings_version=1))
    return made


def call(id_: str, caller: str = "628222222222", at: int = NOW) -> CallToReject:
    return CallToReject(at=at, id=id_, caller=Person(number=caller, lid=f"1{caller}@lid"))


async def told(stores: Stores) -> list[str]:
    return [row.to.partition("@")[0] for row in await stores.messages.open_of("ses_1", 100)]


async def test_each_caller_is_told_once_an_hour(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand calls of one, and what is repeated after a crash, by whoever does it; another one is told too."""
    choices = chosen(rejectCalls={"enabled": True, "reply": "write instead"})
    for process in range(2):
        calls = Calls(stores.messages, choices, Sessions(), lambda: NOW)
        for number in range(500):
            await calls.take("ses_1", call(f"call{process}{number % 250}"))
    assert await told(stores) == ["628222222222"]
    await calls.take("ses_1", call("other", "628333333333"))
    assert await told(stores) == ["628222222222", "628333333333"]
    monkeypatch.setattr("session_host.inbound.calls._ONE_TEXT_IN_MS", 0)
    for number in range(2):
        await calls.take("ses_1", call(f"later{number}", "628444444444"))
    assert await told(stores) == ["628222222222", "628333333333", "628444444444", "628444444444"]


async def test_what_is_not_wanted_or_too_late_is_left(stores: Stores) -> None:
    """No text where there is none, where the call is long over, where the session is not here or chose nothing."""
    choices = chosen(rejectCalls={"enabled": True})
    sessions = Sessions()
    silent = Calls(stores.messages, choices, sessions, lambda: NOW)
    rejecting = asyncio.create_task(silent.run())
    await silent.take("ses_1", call("rings"))
    await silent.take("ses_1", call("rings"))
    async with asyncio.timeout(45):
        while not sessions.asked:
            await asyncio.sleep(0.01)
    replies = Calls(
        stores.messages, chosen(rejectCalls={"enabled": True, "reply": "no"}), Sessions(), lambda: NOW + HOUR
    )
    await replies.take("ses_1", call("old"))
    await replies.take("ses_2", call("elsewhere", at=NOW + HOUR))
    off = Calls(stores.messages, chosen(rejectCalls={"reply": "no"}), Sessions(), lambda: NOW)
    await off.take("ses_1", call("off"))
    assert await told(stores) == []
    assert sessions.asked == ["rings"]
    rejecting.cancel()
    await asyncio.gather(rejecting, return_exceptions=True)
