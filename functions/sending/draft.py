"""A message as its sender wants it, and the row it becomes."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.content.kind import Content
from shared.ids import new_message_id, now_ms
from shared.jids import Jid
from shared.messages.model import MessageState, OutboundMessage
from shared.sessions.model import Session

_UNQUEUED_LIVES_MS = 60_000
_QUEUED_LIVES_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Draft:
    """What a request asks for."""

    to: Jid
    content: Content
    queue: bool
    expires_in: int | None
    """Seconds; only for queued messages."""
    wait: float
    """Seconds to wait for an end."""

    def row(self, session: Session) -> OutboundMessage:
        """A new message of this session."""
        now = now_ms()
        lives = (self.expires_in or _QUEUED_LIVES_S) * 1000 if self.queue else _UNQUEUED_LIVES_MS
        return OutboundMessage(
            id=new_message_id(),
            key_id=session.key_id,
            session_uid=session.uid,
            to=str(self.to),
            content=self.content.model_dump(),
            created_at=now,
            expires_at=now + lives,
            queue=self.queue,
            times={MessageState.ACCEPTED: now},
            sender=session.report.number,
        )
