"""What became of requests with an Idempotency-Key a short while ago: whoever repeats one costs no store and no host."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

from shared.contracts.commands.messages import SendReply
from shared.messages.model import Idempotency
from shared.messages.outcomes import is_sent

_REMEMBERED_FOR = 60.0
_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Answer:
    body_hash: str
    message_id: str
    sent: SendReply


class Answered:
    """Messages that this process has seen sent. It is an end that never changes; nothing else is remembered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._answers: TTLCache[str, _Answer] = TTLCache(_AT_MOST, _REMEMBERED_FOR, clock)

    def find(self, request: Idempotency | None) -> tuple[str, SendReply] | None:
        """The message of an equal request and how it was sent; None when that is not known here."""
        if request is None:
            return None
        answer = self._answers.get(request.key)
        if answer is None or answer.body_hash != request.body_hash:
            return None
        return answer.message_id, answer.sent

    def keep(self, request: Idempotency | None, message_id: str, outcome: SendReply) -> None:
        """Remember it if it was sent."""
        if request is not None and is_sent(outcome):
            self._answers[request.key] = _Answer(request.body_hash, message_id, outcome)
