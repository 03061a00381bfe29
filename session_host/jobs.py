"""A message that a session is to send, while it is in this process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from shared.contracts.commands import Dispatch, DispatchReply
from shared.contracts.content import Content
from shared.errors import WagateError
from shared.jids import Jid
from shared.messages.model import OutboundMessage

_CONTENT: TypeAdapter[Content] = TypeAdapter(Content)


@dataclass(slots=True)
class Job:
    """One message and everyone who waits for its outcome."""

    message_id: str
    to: Jid
    content: Content
    queue: bool
    expires_at: int
    taken: bool = False
    """Whether its row is SENDING by this job: nobody else touches it, and it must be concluded here."""
    tries: int = 0
    """Times that WhatsApp certainly did not get it."""
    done: asyncio.Future[DispatchReply] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @classmethod
    def of_command(cls, command: Dispatch) -> Job:
        """The job a command asks for; raises NumberInvalid."""
        return cls(command.message_id, Jid.parse(command.to), command.content, command.queue, command.expires_at)

    @classmethod
    def of_row(cls, row: OutboundMessage) -> Job:
        """The job of a row that waits; raises NumberInvalid or ValueError when a newer version wrote it."""
        return cls(row.id, Jid.parse(row.to), _CONTENT.validate_python(row.content), row.queue, row.expires_at)

    def conclude(self, answer: DispatchReply | WagateError) -> None:
        """Tell everyone who waits; the first answer counts."""
        if self.done.done():
            return
        if isinstance(answer, WagateError):
            self.done.set_exception(answer)
            self.done.exception()  # asked for, so that asyncio does not complain when nobody waits any more
        else:
            self.done.set_result(answer)
