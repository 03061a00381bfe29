"""A whole session host as its own processes, and the API's side of it: rows in the store, requests over NATS."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

from shared.adapters.nats.bus import NatsBus
from shared.adapters.nats.event_stream import StreamLimits
from shared.adapters.nats.tls import Tls
from shared.adapters.stores import Stores, open_stores
from shared.bus import NoAnswer, NoResponder
from shared.contracts.about import About
from shared.contracts.answers import decode
from shared.contracts.commands.command import Command, R, Reply
from shared.contracts.commands.messages import Send, SendReply
from shared.contracts.commands.pairing import Login
from shared.contracts.content.kind import Content
from shared.contracts.content.text import Text
from shared.contracts.requests import Request
from shared.contracts.subjects import SESSIONS_WANTED, session_commands
from shared.errors import BusUnavailable
from shared.events.model import LoggedEvent
from shared.events.parts import entry_behind
from shared.ids import new_message_id, new_request_id, now_ms
from shared.messages.model import MessageState, OutboundMessage
from shared.sessions.model import Session, SessionStatus
from shared.settings import StoreSettings

_ASK_AGAIN, _ASK_OTHERS_AGAIN = 3.0, 20.0
"""Seconds, as the API has it of messages; a shard that was killed with a request in its hands never answers it. Other
commands may not do the same the second time, when the first only took long."""
_WITHIN = 45.0
"""Seconds for whatever a host does by itself: what bounds a failure alone, on a machine that has much else to do."""
ROOT = Path(__file__).parent.parent.parent


async def eventually(look: Callable[[], Awaitable[Any]], within: float = _WITHIN) -> Any:
    """The first truthy answer."""
    deadline = time.monotonic() + within
    while True:
        found = await look()
        if found:
            return found
        assert time.monotonic() < deadline, f"still {found!r} after {within} s"
        await asyncio.sleep(0.02)


class GatewayHost:
    """One session host and what a test does to it."""

    def __init__(self, folder: Path, environment: dict[str, str], stores: Stores, bus: NatsBus) -> None:
        self.folder = folder
        self.environment = environment
        self.stores = stores
        self.bus = bus
        self.log = folder.parent / "host.log"
        self._began = 0
        self._connected: dict[str, Session] = {}

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "session_host"],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def shard_pid(self, slot: int = 0) -> int:
        return int((self.folder / "journal" / f"{slot}.lock").read_text())

    async def kill_shard(self, slot: int = 0, number: int = signal.SIGKILL) -> int:
        """Kill the slot's shard; its pid."""
        pid = self.shard_pid(slot)
        os.kill(pid, number)
        return pid

    async def ask(self, uid: str, command: Command[R], *, within: float = 40.0) -> R:
        """As the API does: again while nobody holds the session, or its holder leaves a message to the next one."""
        deadline = time.monotonic() + within
        while (reply := await self._reply(uid, command, within)) is None or is_left(reply):
            assert time.monotonic() < deadline, f"nobody takes {command.kind}: {self.log.read_text()[-3000:]}"
            await self.bus.ring(SESSIONS_WANTED)
            await asyncio.sleep(0.1)
        return reply

    async def _reply(self, uid: str, command: Command[R], within: float) -> R | None:
        again = _ASK_AGAIN if isinstance(command, Send) else _ASK_OTHERS_AGAIN
        request = Request(request_id=new_request_id(), deadline=now_ms() + int(within * 1000), command=command)
        try:
            answer = await self.bus.request(
                session_commands(uid), request.model_dump_json().encode(), timeout=min(within, again)
            )
        except (NoResponder, NoAnswer):
            return None
        return decode(answer, cast("type[R]", command.reply))

    async def new_session(self, name: str = "default") -> Session:
        row, _ = await self.stores.sessions.get_or_create("key_one", name, now=now_ms())
        await self.bus.ring(SESSIONS_WANTED)
        return row

    async def pair(self, whatsapp: Any, name: str = "default") -> tuple[Session, str]:
        """A connected session and its number."""
        row = await self.new_session(name)
        number = await whatsapp.new_phone()
        answer = await self.ask(row.uid, Login())
        assert answer.qr, answer
        await whatsapp.post(f"/phones/{number}/scan", qr=answer.qr)
        await self.status(row.uid, "connected")
        return row, number

    async def status(self, uid: str, status: str, *, epoch: int = 0, within: float = _WITHIN) -> Session:
        """The row of a session, once it says this under an epoch; `connected` by a connection of that one's."""

        async def reached() -> Session | None:
            row = await self.stores.sessions.get(uid)
            if row is None or row.report.status != status or row.epoch < epoch:
                return None
            known = self._connected.get(uid, row)
            if status == SessionStatus.CONNECTED and known.epoch < row.epoch and known.report.since >= row.report.since:
                return None  # the report of the owner before
            return row

        try:
            row = await eventually(reached, within)
        except AssertionError:
            raise AssertionError(f"no {status} in {within} s: {await self.stores.sessions.get(uid)}") from None
        if status == SessionStatus.CONNECTED:
            self._connected[uid] = row
        return row

    async def logged(self, uid: str) -> list[LoggedEvent]:
        """The events of a session in the log, in its order; what others left there before is not looked at."""
        log = self.bus.event_log(StreamLimits())
        return [event for event in await log.read(after=self._began, limit=100_000) if event.session_uid == uid]

    async def accept(  # noqa: PLR0913 - what a test may want to say of a message
        self,
        uid: str,
        to: str,
        said: str | Content,
        *,
        queue: bool = False,
        lasts: int = 60_000,
        sender: str | None = None,
        about: About | None = None,
    ) -> Send:
        """A row as the API makes one, to a number or an address; the command to send it."""
        content = Text(text=said) if isinstance(said, str) else said
        message = OutboundMessage(
            id=new_message_id(),
            key_id="key_one",
            session_uid=uid,
            to=to if "@" in to else f"{to}@s.whatsapp.net",
            content=content.model_dump(),
            created_at=now_ms(),
            expires_at=now_ms() + lasts,
            queue=queue,
            sender=sender,
            about={} if about is None else about.model_dump(exclude_defaults=True),
        )
        await self.stores.messages.accept(message)
        return Send(
            message_id=message.id, key_id=message.key_id, to=message.to, content=content, queue=queue, about=about,
            created_at=message.created_at, expires_at=message.expires_at, stored=True,
        )  # fmt: skip

    async def send(self, uid: str, to: str, text: str, **options: Any) -> SendReply:
        return await self.ask(uid, await self.accept(uid, to, text, **options))


def is_left(reply: Reply) -> bool:
    """Whether it says that a message was left to its row."""
    return isinstance(reply, SendReply) and reply.state == MessageState.ACCEPTED


@asynccontextmanager
async def gateway_host(
    nats_url: str, folder: Path, shard_environment: dict[str, str], **settings: str
) -> AsyncIterator[GatewayHost]:
    """A running host on an empty folder, against a sandbox."""
    data = folder / "data"
    environment = {"WAGATE_DATA_DIR": str(data), "WAGATE_NATS_URL": nats_url, **shard_environment, **settings}
    async with open_stores(StoreSettings(data_dir=data, nats_url=nats_url)) as stores:
        bus = await NatsBus.connect(nats_url, name="test", tls=Tls(environment.get("WAGATE_NATS_CA")))
        host = GatewayHost(data, environment, stores, bus)
        with suppress(BusUnavailable):  # one that has no log
            host._began = entry_behind((await bus.event_reader().state()).last) - 1
        host.start()
        try:
            yield host
        finally:
            if host.process.poll() is None:
                host.stop()
            await bus.close()
            print(host.log.read_text())  # noqa: T201 - pytest shows it when the test fails
