"""A small shard that keeps the contract of the bus: it claims rows, answers commands, moves message rows.

WhatsApp behind it is a list: `frames`. How it behaves is set by its attributes.
"""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from shared.adapters.nats.bus import NatsBus
from shared.adapters.stores import Stores
from shared.bus import Subscription
from shared.contracts import subjects
from shared.contracts.answers import NotBegun, encode_problem, encode_reply
from shared.contracts.commands.command import Command, Done, Reply
from shared.contracts.commands.contacts import CheckNumber, NumberReply
from shared.contracts.commands.messages import Send, SendReply
from shared.contracts.commands.pairing import Login, LoginReply, Logout, PairCode, PairCodeReply
from shared.contracts.commands.people import CheckNumbers, NumbersReply
from shared.contracts.commands.sessions import Reconsider, Release, StatusReply
from shared.contracts.commands.transfer import (
    FILE_PART,
    AuthFileReply,
    ExportAuth,
    FilePartReply,
    ImportAuth,
    KeepFilePart,
    ReadFilePart,
)
from shared.contracts.requests import AnyCommand, Request
from shared.errors import AuthFileInvalid, Disconnected, NumberNotOnWhatsApp, Unreachable, WagateError
from shared.ids import now_ms
from shared.messages.model import OPEN, Failure, Idempotency, MessageState, OutboundMessage
from shared.sessions.model import Desired, Session, SessionReport, SessionStatus
from tests.contents import least

REQUEST = TypeAdapter(Request)
OWNER = "testhost-0"
QR = "2@abcdefghijklmnopqrstuvwxyz,key,identity,secret"


@dataclass
class Shard:
    """One shard with room for everything."""

    bus: NatsBus
    stores: Stores
    status: SessionStatus = SessionStatus.CONNECTED
    reason: str | None = None
    not_on_whatsapp: set[str] = field(default_factory=set)
    checked_at: int | None = 1_700_000_000_000
    """When it says that numbers were looked up; None as an older host."""
    acknowledge: asyncio.Event = field(default_factory=asyncio.Event)
    """Frames are acknowledged while this is set."""
    deaf: bool = False
    """Takes commands and never answers."""
    lets_go: bool = False
    """Begins nothing any more, as a shard that gives its sessions up: a message is left to its row."""
    claims: bool = True
    number: str | None = "628111222333"
    """Of every session."""
    not_unlinked: str | None = None
    """Why phones keep their devices; None: they do not."""
    rung: int = 0
    """How often the doorbell rang."""
    frames: list[tuple[str, str, Any]] = field(default_factory=list)
    """Session uid, recipient, text of every frame that left; of what is no text, its content."""
    replies: dict[type[Command[Any]], Reply | WagateError] = field(default_factory=dict)
    """What commands are answered that have no branch here and no state of a session; else as little as can be."""
    large_file: bytes = b""
    """Every session's pairing, when it is a large one."""
    parts: dict[str, bytes] = field(default_factory=dict)
    """Of files that are imported, by token."""
    seen: list[Request] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    """How often each session was, by its uid."""
    epochs: dict[str, int] = field(default_factory=dict)
    _held: dict[str, Subscription] = field(default_factory=dict)
    _in_flight: dict[str, asyncio.Task[bytes]] = field(default_factory=dict)
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def on_wanted(self, _: bytes) -> bytes:
        self.rung += 1
        async with self._claiming:
            for session in await self.stores.sessions.unowned(100) if self.claims else []:
                await self.take(session)
        return b""

    async def take(self, session: Session) -> None:
        claimed = await self.stores.sessions.claim(session.uid, OWNER)
        if claimed is None:
            return
        self.epochs[session.uid] = claimed.epoch
        await self.report(session.uid)

        async def answer(payload: bytes) -> bytes:
            return await self.answer(session.uid, payload)

        self._held[session.uid] = await self.bus.serve(subjects.session_commands(session.uid), answer)

    async def drop(self, uid: str) -> None:
        """Stop answering for a session, without telling the store: as a crash does."""
        await self._held.pop(uid).stop()

    async def report(self, uid: str) -> SessionReport:
        report = SessionReport(self.status, self.reason, since=now_ms(), number=self.number, push_name="Toko")
        await self.stores.sessions.write_report(uid, OWNER, self.epochs[uid], report)
        return report

    async def answer(self, uid: str, payload: bytes) -> bytes:
        request = REQUEST.validate_json(payload)
        self.seen.append(request)
        self.asked[uid] += 1
        if self.deaf:
            await asyncio.Event().wait()
        try:
            return await self._do(uid, request.command)
        except WagateError as error:
            return encode_problem(error)

    async def _do(self, uid: str, command: AnyCommand) -> bytes:  # noqa: C901, PLR0911, PLR0912 - one for each command
        match command:
            case Send() if self.lets_go:
                return encode_reply(SendReply(state="accepted"))
            case _ if self.lets_go:
                raise NotBegun(retry_after=1)
            case Send():
                task = self._in_flight.get(command.message_id)
                if task is None:
                    task = self._in_flight[command.message_id] = asyncio.create_task(self._dispatch(uid, command))
                return await asyncio.shield(task)
            case CheckNumbers(numbers=numbers):
                each = NumberReply(exists=False, checked_at=self.checked_at)
                return encode_reply(NumbersReply(numbers=tuple(each for _ in numbers)))
            case CheckNumber(number=number, fresh=fresh):
                exists = fresh or number not in self.not_on_whatsapp
                jid = f"{number}@s.whatsapp.net" if exists else None
                return encode_reply(NumberReply(exists=exists, jid=jid, checked_at=self.checked_at))
            case Login():
                return await self._login(uid)
            case PairCode():
                return encode_reply(PairCodeReply(code="ABCD-EFGH", expires_at=now_ms() + 60_000))
            case Logout():
                return await self._log_out(uid)
            case ExportAuth(passphrase=passphrase):
                file = self.large_file or passphrase.encode()
                first, more = file[:FILE_PART], len(file) > FILE_PART
                return encode_reply(AuthFileReply(file=_text(first), token="t" * 22 if more else None, size=len(file)))
            case ReadFilePart(offset=offset):
                return encode_reply(FilePartReply(data=_text(self.large_file[offset:][:FILE_PART])))
            case KeepFilePart(token=token, offset=offset, data=data):
                assert offset == len(self.parts.setdefault(token, b""))
                self.parts[token] += base64.b64decode(data)
                return encode_reply(Done())
            case ImportAuth(passphrase=passphrase, file=file, token=token):
                whole = base64.b64decode(file) if token is None else self.parts[token]
                if whole != (self.large_file if token else passphrase.encode()):
                    raise AuthFileInvalid
                self.status, self.reason = SessionStatus.STARTING, None
            case Reconsider():
                return await self._reconsider(uid)
            case Release(to=to):
                await self._held[uid].stop()
                await self.stores.sessions.release(uid, OWNER, self.epochs.pop(uid), to=to)
                return encode_reply(Done())
            case _ if not issubclass(command.reply, StatusReply):
                return answered(self.replies.get(type(command)) or least(command.reply))
            case _:
                pass
        return encode_reply(self._status(await self.report(uid)))

    def _status(self, report: SessionReport) -> StatusReply:
        return StatusReply(status=report.status, reason=report.reason, since=report.since, number=report.number)

    async def _login(self, uid: str) -> bytes:
        report = await self.report(uid)
        state = {"connectionStatus": report.status.value, "reason": report.reason}
        if report.reason == "wa_unreachable":
            raise Unreachable(retry_after=5, **state)
        if report.status in {SessionStatus.FAILED, SessionStatus.LOGGED_OUT}:
            raise Disconnected(**state)
        shows = report.status is SessionStatus.QR_READY
        return encode_reply(
            LoginReply(
                status=report.status,
                reason=report.reason,
                since=report.since,
                qr=QR if shows else None,
                qr_expires_at=now_ms() + 20_000 if shows else None,
            )
        )

    async def _reconsider(self, uid: str) -> bytes:
        session = await self.stores.sessions.get(uid)
        assert session is not None
        if session.desired is Desired.DELETED and self.not_unlinked is None:
            await self.stores.inbox.clear(uid)
            await self.stores.messages.delete_of(uid)
            await self.stores.sessions.remove(uid)
        ends = session.desired is Desired.DELETED
        return encode_reply(
            StatusReply(
                status=self.status,
                since=now_ms(),
                unlinked=self.not_unlinked is None if ends else None,
                not_unlinked=self.not_unlinked if ends else None,
            )
        )

    async def _log_out(self, uid: str) -> bytes:
        self.status, self.reason = SessionStatus.LOGGED_OUT, "logged_out"
        done = self.not_unlinked is None
        if done:
            await self.stores.sessions.unlinked(uid, OWNER, self.epochs[uid])
        else:
            self.reason = "unlink_pending"
        reply = self._status(await self.report(uid))
        return encode_reply(reply.model_copy(update={"unlinked": done, "not_unlinked": self.not_unlinked}))

    async def _dispatch(self, uid: str, command: Send) -> bytes:
        messages = self.stores.messages
        if not command.stored:
            row = OutboundMessage(
                command.message_id, command.key_id, uid, command.to, command.content.model_dump(),
                command.created_at, command.expires_at, command.queue,
            )  # fmt: skip
            same = command.idempotency
            idempotency = Idempotency(same.key, same.body_hash, same.expires_at) if same else None
            if (await messages.accept(row, idempotency)).message.id != row.id:
                return encode_reply(SendReply(state="accepted"))
        if self.status is not SessionStatus.CONNECTED:
            if command.queue:
                await messages.advance(command.message_id, MessageState.QUEUED, now=now_ms())
                return encode_reply(SendReply(state="queued"))
            qr = QR if self.status is SessionStatus.QR_READY else None
            return await self._fail(command, Disconnected(connectionStatus=self.status.value, qr=qr))
        if command.to.partition("@")[0] in self.not_on_whatsapp:
            return await self._fail(command, NumberNotOnWhatsApp())
        epoch = self.epochs[uid]
        row = await messages.advance(
            command.message_id, MessageState.SENDING, now=now_ms(), only_from=OPEN, epoch=epoch
        )
        if row is None:
            row = await messages.get(command.message_id)
            assert row is not None
            return encode_reply(SendReply(state=row.state, wa_id=row.wa_id))
        self.frames.append((uid, command.to, getattr(command.content, "text", command.content)))
        wa_id = f"3EB0{len(self.frames):016X}"
        await self.acknowledge.wait()
        await messages.advance(command.message_id, MessageState.SENT, now=now_ms(), wa_id=wa_id)
        return encode_reply(SendReply(state="sent", wa_id=wa_id, timestamp=now_ms() // 1000))

    async def _fail(self, command: Send, error: WagateError) -> bytes:
        error.details["id"] = command.message_id
        failure = Failure.of(error)
        await self.stores.messages.advance(command.message_id, MessageState.FAILED, now=now_ms(), failure=failure)
        return encode_problem(error)


@asynccontextmanager
async def running_shard(nats_url: str, stores: Stores) -> AsyncIterator[Shard]:
    """A shard that answers until the block ends."""
    bus = await NatsBus.connect(nats_url, name="test-shard")
    shard = Shard(bus, stores)
    shard.acknowledge.set()

    async def pong(_: bytes) -> bytes:
        return b""

    doorbell = await bus.serve(subjects.SESSIONS_WANTED, shard.on_wanted)
    ping = await bus.serve(subjects.shard_ping(OWNER), pong)
    here = await bus.serve(subjects.ANY_SHARD, pong, group=subjects.ANY_SHARD)
    try:
        yield shard
    finally:
        for task in shard._in_flight.values():
            task.cancel()
        await asyncio.gather(*shard._in_flight.values(), return_exceptions=True)
        await doorbell.stop()
        await ping.stop()
        await here.stop()
        await bus.close()


def answered(answer: Reply | WagateError) -> bytes:
    return encode_problem(answer) if isinstance(answer, WagateError) else encode_reply(answer)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
