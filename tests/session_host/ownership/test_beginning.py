"""A session that has just been taken: real rows and NATS, and a WhatsApp session that keeps what it was asked."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from session_host.commands.serving import command_handler
from session_host.ownership.holding import Holding
from session_host.session.live_session import LiveSession
from shared.bus import Handler, Subscription
from shared.contracts.answers import decode
from shared.contracts.commands.pairing import Login, LoginReply
from shared.contracts.requests import Request
from shared.errors import Disconnected
from shared.ids import now_ms
from shared.sessions.model import Session, SessionReport, SessionStatus
from tests.session_host.own_shard import OWNER, OwnShard, own_shard, unexpected

_TURNS = 50
"""Of the event loop: many more than a handler needs to reach the session."""


class Asked:
    """A session without a pairing. It knows what it was asked, in order."""

    connected = False
    paired = False
    qr = None
    secret_of = None
    """Nothing is sent."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.report = SessionReport(SessionStatus.STARTING, None, since=now_ms())

    async def resume(self, **_: object) -> None:
        self.asked.append("resume")
        self.report = SessionReport(SessionStatus.LOGGED_OUT, "not_paired", since=now_ms())

    async def begin_login(self) -> None:
        self.asked.append("login")

    async def wait_for(self, *_: object) -> bool:
        return True

    async def close(self) -> None:
        """There is nothing to close."""


class Impatient:
    """A bus with somebody who waits for this session: he asks for a code as soon as there is whom to ask."""

    answer: asyncio.Task[bytes]

    def __init__(self, own: OwnShard) -> None:
        self._bus = own.bus

    async def serve(self, subject: str, handler: Handler) -> Subscription:
        subscription = await self._bus.serve(subject, handler)
        request = Request(request_id="req_1", deadline=now_ms() + 60_000, command=Login())
        self.answer = asyncio.create_task(cast("Any", handler(request.model_dump_json().encode())))
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        return subscription


class Owner:
    """Lets every login begin; nothing else is asked of it."""

    reconsider = move = staticmethod(unexpected)

    def admit_login(self, holding: Holding) -> None:
        """It may."""


async def test_a_login_that_comes_first_of_all_begins_one(nats_url: str, tmp_path: Path) -> None:
    """Of a session that another shard had: it rests as its row says, and only then is asked for a code."""
    async with own_shard(nats_url, tmp_path) as own:
        row, _ = await own.stores.sessions.get_or_create("key", "sales", now=now_ms())
        before = await own.stores.sessions.claim(row.uid, OWNER)
        assert before is not None
        await own.stores.sessions.release(row.uid, OWNER, before.epoch)
        claimed = cast("Session", await own.stores.sessions.claim(row.uid, OWNER))
        session, bus = Asked(), Impatient(own)
        shared = replace(
            own.shared, make_session=lambda _uid, _on_report, _first: cast("LiveSession", session), bus=cast("Any", bus)
        )
        holding = Holding(claimed, shared)
        await holding.prepare()
        await holding.begin(command_handler(holding, own.auth, Owner(), now_ms))
        with pytest.raises(Disconnected):  # it shows none
            decode(await bus.answer, LoginReply)
        assert session.asked == ["resume", "login"]
        await holding.let_go()
