"""An outbox with real rows (SQLite) and a session whose answers the test decides."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from session_host.media.converters import Converters
from session_host.media.readying import Readying
from session_host.outbound.outbox import Outbox
from session_host.outbound.preparing import Preparing
from session_host.outbound.references import References
from session_host.outbound.rows import Rows
from session_host.outbound.steps import Steps
from session_host.session.lookups import Lookups
from session_host.session.numbers import KnownNumbers
from session_host.whatsapp.beside import Beside
from session_host.whatsapp.call_threads import Around, CallThreads
from session_host.whatsapp.client import InDoubt, NotBegun, NotSent, NumberCheck, QrCode, Sent
from session_host.whatsapp.content.ready import Uploaded
from shared.adapters.stores import Stores, open_stores
from shared.contracts.commands.messages import SameRequest, Send, SendReply
from shared.contracts.content.kind import Content
from shared.contracts.content.text import Text
from shared.deadline import Deadline
from shared.ids import new_message_id, now_ms
from shared.jids import PHONE, Jid
from shared.messages.model import ChatTimer, MessageState, OutboundMessage
from shared.messages.ports import Messages
from shared.sessions.model import SessionReport, SessionStatus
from shared.settings import StoreSettings

SECRET = "a text that nobody may read in a log"  # noqa: S105 - of the tests
UID, EPOCH = "ses_one", 3


class ScriptedSession:
    """`session_host.outbound.sending_session.SendingSession`: test_host.py runs the same steps with the real one."""

    def __init__(self) -> None:
        self.report = SessionReport(status=SessionStatus.CONNECTED, since=0)
        self.qr: QrCode | None = None
        self.sent: list[str] = []
        self.sent_to: list[Jid] = []
        self.timers: list[ChatTimer | None] = []
        self.besides: list[Beside | None] = []
        self.checked: list[str] = []
        self.absent: set[str] = set()
        self.own: dict[str, str] = {}
        """WhatsApp's own digits of numbers that are written differently."""
        self.met: set[str] = set()
        self.check_raises: Exception | None = None
        self.raises: list[Exception] = []
        self.uploads: list[tuple[str, bytes]] = []
        self.upload_raises: list[Exception] = []
        self.upload_gate: asyncio.Event | None = None
        self.gate: threading.Event | None = None
        self.threads = CallThreads(8)
        self.acknowledged_within = 60.0

    async def wait_connected(self, timeout: float) -> bool:  # noqa: ASYNC109, ARG002 - the port's
        return self.report.status is SessionStatus.CONNECTED

    def connected_client(self) -> "ScriptedSession":
        if self.report.status is not SessionStatus.CONNECTED:
            raise NotSent("not connected")
        return self

    async def upload(self, file: Path, size: int, kind: str, *, plain: bool = False) -> Uploaded:  # noqa: ARG002 - the port's
        content = await asyncio.to_thread(file.read_bytes)
        self.uploads.append((kind, content))
        if self.upload_gate is not None:
            await self.upload_gate.wait()
        if self.upload_raises:
            raise self.upload_raises.pop(0)
        return Uploaded("https://mmg.whatsapp.net/x", "/x?y", b"k" * 32, b"s" * 32, b"e" * 32, len(content), 1)

    async def check_number(self, number: str) -> NumberCheck:
        self.checked.append(number)
        if self.check_raises is not None:
            raise self.check_raises
        if number in self.absent:
            return NumberCheck(exists=False, jid=None, lid=None)
        return NumberCheck(exists=True, jid=Jid(self.own.get(number, number), PHONE), lid=None)

    async def acquainted(self, number: str) -> NumberCheck | None:
        return NumberCheck(exists=True, jid=Jid(number, PHONE), lid=None) if number in self.met else None

    def secret_of(self, message_id: str) -> bytes:
        return message_id.encode()

    async def send(
        self,
        to: Jid,
        content: Content,  # noqa: ARG002 - the port's
        secret: bytes,
        beside: Beside | None,
        around: Around[Sent] | None,
    ) -> Sent:
        """As a connection does: on a thread, with what comes around it."""
        call = self.threads.begin(lambda: self._hand_over(to, secret, beside), around)
        if not await call.over_within(self.acknowledged_within, NotBegun("silent")) and not call.cut():
            raise InDoubt("not acknowledged")
        return call.future.result()

    def _hand_over(self, to: Jid, secret: bytes, beside: Beside | None) -> Sent:
        self.sent.append(secret.decode())
        self.besides.append(beside)
        self.timers.append(None if beside is None else beside.timer)
        self.sent_to.append(to)
        if self.gate is not None:
            self.gate.wait()
        if self.raises:
            raise self.raises.pop(0)
        return Sent(f"WA-{secret.decode()}", 1_700_000_000)


class StepByStep:
    """Messages of a store without a thread of its own (`shared.messages.ports.Messages`), as DynamoDB's."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def __getattr__(self, name: str) -> Any:
        if name in {"begin", "finish"}:
            raise AttributeError(name)
        return getattr(self._messages, name)


class Setting:
    """An outbox and everything around it."""

    def __init__(self, stores: Stores, folder: Path, *, straight: bool) -> None:
        self.stores = stores
        messages: Messages = stores.messages if straight else StepByStep(stores.messages)
        self.session = ScriptedSession()
        self.clock: Callable[[], int] = now_ms
        self.may_begin = True
        self._later = 0.0
        self.timers: dict[Jid, ChatTimer] = {}
        lookups = Lookups(KnownNumbers(), self.session, lambda: time.monotonic() + self._later)
        rows = Rows(messages, EPOCH, self.now)
        steps = Steps(
            session=self.session,
            rows=rows,
            lookups=lookups,
            clock=self.now,
            may_begin=lambda: self.may_begin,
            timer_of=self.timers.get,
            references=References(UID, messages, stores.inbox, self.session.secret_of),
        )
        self.converters = Converters(1)
        self.at_work = folder / "at-work"
        self.preparing = Preparing(self.session, rows, Readying(stores.files, self.converters, self.at_work), self.now)
        self.outbox = Outbox(UID, steps, self.now, self.preparing)

    def later(self, seconds: float) -> None:
        """Let so much time pass for number checks."""
        self._later += seconds

    def now(self) -> int:
        return self.clock()

    async def accept(
        self,
        *,
        queue: bool = False,
        to: str = "628111111111",
        sender: str | None = None,
        content: Content = Text(text="x"),  # noqa: B008 - it is frozen
    ) -> Send:
        """A message that is in the store."""
        now = self.clock()
        row = OutboundMessage(
            id=new_message_id(), key_id="key_one", session_uid=UID, to=f"{to}@s.whatsapp.net",
            content=content.model_dump(), created_at=now, expires_at=now + 60_000, queue=queue, sender=sender,
        )  # fmt: skip
        await self.stores.messages.accept(row)
        return Send(
            message_id=row.id, key_id=row.key_id, to=row.to, content=content, queue=queue, created_at=now,
            expires_at=row.expires_at, stored=True,
        )  # fmt: skip

    async def accept_newer(self) -> OutboundMessage:
        """One that only a newer version understands."""
        now = self.clock()
        newer = OutboundMessage(
            id=new_message_id(), key_id="key_one", session_uid=UID, to="628111111111@s.whatsapp.net",
            content={"type": "hologram", "text": SECRET}, created_at=now, expires_at=now + 60_000, queue=True,
        )  # fmt: skip
        await self.stores.messages.accept(newer)
        return newer

    def new(
        self,
        *,
        queue: bool = False,
        same: str | None = None,
        body: str = "b",
        content: Content = Text(text="x"),  # noqa: B008 - it is frozen
    ) -> Send:
        """A message that is not in the store."""
        now = self.clock()
        return Send(
            message_id=new_message_id(), key_id="key_one", to="628111111111@s.whatsapp.net", content=content,
            queue=queue, created_at=now, expires_at=now + 60_000,
            idempotency=SameRequest(key=same, body_hash=body, expires_at=now + 60_000) if same else None,
        )  # fmt: skip

    async def store(self, command: Send) -> Send:
        """Put a new message into the store, as its asker does that hears nothing."""
        row = OutboundMessage(
            id=command.message_id, key_id=command.key_id, session_uid=UID, to=command.to,
            content=command.content.model_dump(), created_at=command.created_at, expires_at=command.expires_at,
            queue=command.queue,
        )  # fmt: skip
        await self.stores.messages.accept(row)
        return command.model_copy(update={"stored": True, "idempotency": None})

    async def send(self, command: Send, within: int = 50_000) -> SendReply:
        return await self.outbox.send(command, until=self.clock() + within)

    async def state(self, command: Send) -> MessageState:
        row = await self.stores.messages.get(command.message_id)
        assert row is not None
        return row.state

    async def is_in(self, command: Send, state: MessageState) -> bool:
        return await self.state(command) is state


@asynccontextmanager
async def running(folder: Path, *, straight: bool) -> AsyncIterator[Setting]:
    """One that sends; the straight way where that is possible, or always step by step."""
    async with open_stores(StoreSettings(data_dir=folder)) as stores:
        made = Setting(stores, folder, straight=straight)
        made.outbox.start()
        yield made
        if made.session.gate is not None:
            made.session.gate.set()
        await made.outbox.stop(Deadline.after(1), Deadline.after(2))
        await made.converters.close()
