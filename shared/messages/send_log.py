"""What a session was asked to send, the newest first: for people who look what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.messages.model import OutboundMessage


class SendLog(Protocol):
    """The rows of `shared.messages.ports.Messages`, in the other direction."""

    async def newest(self, session_uid: str, *, limit: int, before: str | None = None) -> Sequence[OutboundMessage]:
        """A session's messages, the newest first, those made before the id `before` when it is given.

        As many as `limit` when there are. A row that cannot be read is left out.
        """
        ...
