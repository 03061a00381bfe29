"""A message as its sender wants it, the row it becomes, and what its session is asked to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from shared.contracts.about import About
from shared.contracts.commands.messages import SameRequest, Send
from shared.contracts.content.album import Album
from shared.contracts.content.file import WithFiles
from shared.contracts.content.kind import Content
from shared.ids import new_message_id, now_ms
from shared.jids import Jid
from shared.messages.model import Idempotency, MessageState, OutboundMessage
from shared.sessions.model import Session

_UNQUEUED_LIVES_MS = 60_000
_UNQUEUED_SLOW_LIVES_MS = 15 * 60_000
"""A file takes longer: it is fetched, made ready and uploaded first."""
_QUEUED_LIVES_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Draft:
    """What a request asks for."""

    session: Session
    to: Jid
    content: Content
    about: About | None
    queue: bool
    expires_in: int | None
    """Seconds; only for queued messages."""
    wait: float
    """Seconds to wait for an end."""
    idempotency: Idempotency | None
    request_id: str
    typing: int = 0
    """Seconds for which the session is seen writing before."""

    @property
    def takes_time(self) -> bool:
        """Whether something comes before it is sent: files to make ready, writing to be seen."""
        return self.typing > 0 or (isinstance(self.content, WithFiles) and bool(self.content.unready))

    @property
    def is_stored_first(self) -> bool:
        """Whether its row is there before its host is asked: writing takes seconds, and an album's parts need it."""
        return self.typing > 0 or isinstance(self.content, Album)

    def row(self) -> OutboundMessage:
        """A new message of the session."""
        now = now_ms()
        unqueued = _UNQUEUED_SLOW_LIVES_MS if self.takes_time else _UNQUEUED_LIVES_MS
        lives = (self.expires_in or _QUEUED_LIVES_S) * 1000 if self.queue else unqueued
        return OutboundMessage(
            id=new_message_id(),
            key_id=self.session.key_id,
            session_uid=self.session.uid,
            to=str(self.to),
            content=self.content.model_dump(),
            created_at=now,
            expires_at=now + lives,
            queue=self.queue,
            times={MessageState.ACCEPTED: now},
            sender=self.session.report.number,
            about={} if self.about is None else self.about.model_dump(exclude_defaults=True),
        )

    def command(self, row: OutboundMessage, *, stored: bool) -> Send:
        """Have this row's message sent: its own, or that of an equal request."""
        same = None if stored or self.idempotency is None else SameRequest(**asdict(self.idempotency))
        return Send(
            message_id=row.id,
            key_id=row.key_id,
            to=row.to,
            content=self.content,
            about=self.about,
            queue=row.queue,
            created_at=row.created_at,
            expires_at=row.expires_at,
            stored=stored,
            idempotency=same,
            typing=self.typing,
        )
