"""A message that a session is to send, while it is in this process."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace

from session_host.outbound.conclusions import Answer
from session_host.whatsapp.beside import Beside
from session_host.whatsapp.client import Sent
from shared.contracts.about import About
from shared.contracts.commands.messages import Send, SendReply
from shared.contracts.content.file import File, WithFiles
from shared.contracts.content.kind import Content
from shared.contracts.contents import CONTENT
from shared.errors import WagateError
from shared.jids import Jid
from shared.messages.model import Idempotency, MessageState, OutboundMessage
from shared.observing import traces as tracing


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message that nobody has put into the store yet."""

    row: OutboundMessage
    idempotency: Idempotency | None
    until: int
    """Afterwards nothing puts it there but its asker, who does so when it hears nothing."""


@dataclass(slots=True)
class Job:
    """One message and everyone who waits for its outcome."""

    message_id: str
    to: Jid
    content: Content
    queue: bool
    expires_at: int
    new: NewMessage | None = None
    """None once its row is in the store."""
    late: bool = False
    """Whether it was not put there, since its asker does that by now."""
    sender: str | None = None
    """The number that alone may send it, as far as it is known here; its row knows for certain."""
    taken: bool = False
    """Whether its row is SENDING by this job: nobody else touches it, and it must be concluded here."""
    about: About | None = None
    """What it has beside its content."""
    beside: Beside | None = None
    """The same with the messages that it answers or is about, once they were looked up."""
    thumbnail: bytes | None = None
    """A small JPEG of what is `pictured`, once it is made; empty when that could not be done."""
    parts: list[OutboundMessage] = field(default_factory=list[OutboundMessage])
    """Of an album: the rows of its parts, which have their turn when it has had its own."""
    sent: Sent | None = None
    """WhatsApp's acknowledgement, when the thread that got it has said so."""
    typing: int = 0
    """Seconds for which it is seen being written, before it goes."""
    tries: int = 0
    """Times that WhatsApp certainly did not get it."""
    trace: tracing.Span | None = field(default_factory=tracing.current)
    """What shows what is done for it: the command that asked for it."""
    own_trace: bool = False
    """Whether `trace` is its own instead, since it came from the store."""
    since: int | None = field(default_factory=time.time_ns)
    """When it began to wait for its turn, nanoseconds since 1970; None when its turn has come."""
    waiting: list[asyncio.Future[SendReply]] = field(default_factory=list[asyncio.Future[SendReply]])
    """Of everyone who waits, one each."""
    answer: Answer | None = None
    """What they were told."""

    @classmethod
    def of_command(cls, command: Send, session_uid: str, until: int, sender: str | None = None) -> Job:
        """The job a command asks for, of a session with this number; raises NumberInvalid.

        Until `until`, milliseconds since 1970, this process may put the message into the store if it is not there.
        """
        to = Jid.parse(command.to)
        if command.stored:
            stored = command.message_id, to, command.content, command.queue, command.expires_at
            return cls(*stored, about=command.about, typing=command.typing)
        row = OutboundMessage(
            id=command.message_id,
            key_id=command.key_id,
            session_uid=session_uid,
            to=command.to,
            content=command.content.model_dump(),
            created_at=command.created_at,
            expires_at=command.expires_at,
            queue=command.queue,
            times={MessageState.ACCEPTED: command.created_at},
            sender=sender,
            about=command.about.model_dump(exclude_defaults=True) if command.about else {},
        )
        same = command.idempotency
        idempotency = Idempotency(same.key, same.body_hash, same.expires_at) if same else None
        new = NewMessage(row, idempotency, until)
        made = cls(row.id, to, command.content, row.queue, row.expires_at, new, sender=sender, about=command.about)
        made.typing = command.typing
        return made

    @classmethod
    def of_row(cls, row: OutboundMessage) -> Job:
        """The job of a row that waits; raises NumberInvalid or ValueError when a newer version wrote it."""
        content = CONTENT.validate_python(row.content)
        about = About.model_validate(row.about) if row.about else None
        to = Jid.parse(row.to)
        trace = tracing.open_root("send from store", {tracing.MESSAGE: row.id, tracing.SESSION: row.session_uid})
        return cls(
            row.id,
            to,
            content,
            row.queue,
            row.expires_at,
            sender=row.sender,
            about=about,
            trace=trace,
            own_trace=True,
        )

    @property
    def waits_for_file(self) -> bool:
        """Whether it has a file that is not made ready yet."""
        if isinstance(self.content, WithFiles):
            return bool(self.content.unready)
        return self.thumbnail is None and self.pictured is not None

    @property
    def pictured(self) -> File | None:
        """The picture of its link's preview, None when it has none."""
        return None if self.about is None or self.about.preview is None else self.about.preview.picture

    @property
    def is_prepared(self) -> bool:
        """Whether nothing comes before it: no file to make ready, no writing to be seen."""
        return not self.typing and not self.waits_for_file

    def claim(self, row: OutboundMessage) -> None:
        """Its row is SENDING by this job. Called on any thread."""
        self.new = None
        self.sender = row.sender
        self.taken = True

    def address(self, to: Jid) -> None:
        """It goes to this address instead, which is the same person's."""
        if to == self.to:
            return
        self.to = to
        if self.new is not None:
            self.new = replace(self.new, row=replace(self.new.row, to=str(to)))

    def turn(self) -> None:
        """Its turn has come: its trace shows how long it waited, the first time."""
        if self.since is None:
            return
        with tracing.step_of(self.trace, "wait for turn", since=self.since):
            self.since = None

    async def outcome(self) -> SendReply:
        """What comes of it; whoever gives up waiting disturbs no other. Raises the WagateError that comes instead."""
        if isinstance(self.answer, WagateError):
            raise self.answer
        if self.answer is not None:
            return self.answer
        waiter: asyncio.Future[SendReply] = asyncio.get_running_loop().create_future()
        self.waiting.append(waiter)
        return await waiter

    def conclude(self, answer: Answer) -> None:
        """Tell everyone who waits; the first answer counts."""
        if self.answer is not None:
            return
        self.answer = answer
        if self.own_trace and self.trace is not None:
            if isinstance(answer, WagateError):
                self.trace.fail(answer.code)
            self.trace.end()
        if isinstance(answer, WagateError) and self.new is None:
            answer.details.setdefault("id", self.message_id)
        for waiter in self.waiting:
            if waiter.done():
                continue  # it gave up
            if isinstance(answer, WagateError):
                waiter.set_exception(answer)
            else:
                waiter.set_result(answer)
