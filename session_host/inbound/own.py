"""What the sessions of a shard do by themselves about what arrives, as was chosen for each."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from session_host.inbound.acting import Acting
from session_host.inbound.calls import Calls
from session_host.inbound.reads import Reads, to_read
from session_host.session.chosen import Chosen
from shared.chats.ports import Chats
from shared.contracts.own_events import MessagesToRead
from shared.messages.ports import Messages
from shared.messages.received import InboundMessage


class Own:
    """Of one shard."""

    def __init__(
        self, chosen: Chosen, messages: Messages, chats: Chats, sessions: Acting, clock: Callable[[], int]
    ) -> None:
        """`clock`: milliseconds since 1970."""
        self._chosen = chosen
        self._clock = clock
        self.calls = Calls(messages, chosen, sessions, clock)
        self.reads = Reads(sessions, chats, clock)

    def to_read(self, rows: Iterable[InboundMessage]) -> list[tuple[str, MessagesToRead]]:
        """What is to be told of messages that are in the inbox now, with their sessions."""
        return to_read((row for row in rows if self._chosen.of(row.session_uid).auto_read), self._clock())

    def work(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs until it is cancelled."""
        return self.calls.run(), self.reads.run()
