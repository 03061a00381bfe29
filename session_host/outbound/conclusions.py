"""What came of handing a message over, and what is answered for it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.commands.messages import SendReply
from shared.errors import WagateError
from shared.messages.model import MessageState

Answer = SendReply | WagateError
"""What whoever asked is told."""

NOT_BEGUN = SendReply(state=MessageState.ACCEPTED.value)
"""The answer to a message that this process leaves to its row in the store."""

KEPT_HERE = SendReply(state=MessageState.SENDING.value)
"""The answer to a message that this process has taken, surely not sent, and tries again."""


@dataclass(frozen=True, slots=True)
class NotReady:
    """It may be sent, once its file is made ready."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What came of handing a message over."""

    state: MessageState
    at: int
    wa_id: str | None = None
    error: WagateError | None = None
    took: float = 0.0
    """Seconds in which WhatsApp answered."""
    written: bool = False
    """Whether the row says so already."""

    def reply(self) -> SendReply:
        """What is answered when it was sent. `at` is WhatsApp's time, and the row's: repetitions are told the same."""
        return SendReply(state=self.state.value, wa_id=self.wa_id, timestamp=self.at // 1000)
