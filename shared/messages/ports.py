"""Where messages are kept, as those who use it see it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol, runtime_checkable

from shared.messages.changes import Change
from shared.messages.model import (
    Accepted,
    ChatTimer,
    Failure,
    Idempotency,
    MessageState,
    OutboundMessage,
)
from shared.messages.received import InboundMessage, InboxPage


class Messages(Protocol):
    """Where outbound messages are kept. Every step is a conditional write: of two dispatchers one is refused."""

    async def accept(self, message: OutboundMessage, idempotency: Idempotency | None = None) -> Accepted:
        """Store a message as it is, or return the one stored under its id or the same unexpired idempotency key.

        It is ACCEPTED, or SENDING when the owner of its session stores it and begins to send it in one step.
        An earlier row that ended in one of FINAL_FAILURES was never handed over: its key passes to the new message
        (of several at once, one wins and the others get its row).
        A crash between the writes of an adapter leaves nothing that a repeated call does not finish.

        Raises:
            IdempotencyKeyReused: the key was used with another body.
        """
        ...

    async def of_request(self, idempotency: Idempotency) -> OutboundMessage | None:
        """The message that stands for a request; None when there is none, or it ended without being handed over.

        Raises:
            IdempotencyKeyReused: the key was used with another body.
        """
        ...

    async def get(self, message_id: str) -> OutboundMessage | None:
        """The row, or None."""
        ...

    async def advance(  # noqa: PLR0913 - one conditional write has all these parts
        self,
        message_id: str,
        to: MessageState,
        *,
        now: int,
        only_from: Collection[MessageState] | None = None,
        epoch: int | None = None,
        wa_id: str | None = None,
        failure: Failure | None = None,
        recipient: str | None = None,
        sender: str | None = None,
    ) -> OutboundMessage | None:
        """Move a row and note the time; None, and nothing written, when `NEXT` (or `only_from`) does not allow it.

        `epoch`, `wa_id`, `failure` and `recipient` (the row's `to`) are written when given, `sender` when the row has
        none. Returns the row as it is.
        """
        ...

    async def open_of(self, session_uid: str, limit: int, after: str | None = None) -> list[OutboundMessage]:
        """Rows of a session in ACCEPTED or QUEUED, in the order they were made.

        As many as `limit` when there are; those after the id `after` when it is given. A row that cannot be read is
        left out.
        """
        ...

    async def with_open(self, session_uids: Collection[str]) -> Collection[str]:
        """Those of these sessions that may have rows in ACCEPTED or QUEUED: all that do, and maybe others.

        One question where a store can answer it for all; where it would be as many as there are sessions, all of them.
        """
        ...

    async def count_open(self, session_uid: str, at_most: int) -> int:
        """How many rows of a session are in ACCEPTED or QUEUED, counted up to `at_most`."""
        ...

    async def sending_of(self, session_uid: str, before_epoch: int) -> list[OutboundMessage]:
        """Rows that an owner with a lower epoch began to send and did not finish; those that can be read."""
        ...

    async def settle(self, session_uid: str, wa_id: str, to: MessageState, *, now: int) -> bool:
        """Apply a receipt to the session's message with this WhatsApp id; False when there is none or it is further.

        Who has read a message has got it: its `delivered` is then, when that was not told before.
        """
        ...

    async def by_wa_id(self, session_uid: str, wa_id: str) -> OutboundMessage | None:
        """The session's message with this WhatsApp id, or None.

        The first of them where there are several: a change of a post in a newsletter has the id of the post.
        """
        ...

    async def change(self, wa_id: str, change: Change) -> bool:
        """Have the session's message with this WhatsApp id take what is said about it; whether there is one.

        What becomes of it is `OutboundMessage.changed_by`. May be repeated.
        """
        ...

    async def requeue(self, message_id: str, wa_id: str, *, now: int, expires_at: int) -> OutboundMessage | None:
        """Have a message sent once more, until a new end: QUEUED again, and allowed to wait.

        None, and nothing written, when it is not SENT or UNKNOWN under this WhatsApp id.
        """
        ...

    async def set_timer(self, timer: ChatTimer) -> None:
        """Keep the disappearing timer of a chat, unless one of the same number that was set later is kept."""
        ...

    async def timers_of(self, session_uid: str) -> list[ChatTimer]:
        """The timers of all of a session's chats that were ever told, in no order."""
        ...

    async def delete_of(self, session_uid: str) -> None:
        """Remove every row of a session, its chats' timers too. May be repeated."""
        ...

    async def purge(self, *, before: int) -> int:
        """Remove rows made before this time and idempotency keys that expired before it; how many."""
        ...


@runtime_checkable
class ThreadedMessages(Messages, Protocol):
    """Of a store that writes on a thread of its own: what comes after a write is begun there, without the event loop.

    Both may be called on any thread. `then` is told there what came of it, a result or an error, and returns at once;
    nobody watches how long that takes.
    """

    def begin(
        self,
        message: OutboundMessage,
        idempotency: Idempotency | None,
        then: Callable[[Accepted | None, Exception | None], None],
    ) -> None:
        """As `accept`."""
        ...

    def finish(
        self,
        claim: OutboundMessage,
        wa_id: str,
        times: Mapping[MessageState, int],
        then: Callable[[bool | None, Exception | None], None],
    ) -> None:
        """Write that a message was sent, its id of WhatsApp's and its times, if its row still is this claim.

        Tells whether it was written. That outlives the end of this process, but maybe not a power cut, after which the
        row is SENDING still.
        """
        ...


class Inbox(Protocol):
    """Messages that arrived, per session."""

    async def append(self, messages: Sequence[InboundMessage]) -> list[Change]:
        """Store them; one that is there already (session, chat, id, from_me) is left as it is. May be repeated.

        One about which something was said before it came takes that (`InboundMessage.completed_by`). What is sealed of
        that is returned, until a change of the same id says what is in it.
        """
        ...

    async def change(self, changes: Sequence[Change]) -> list[bool]:
        """Have messages take what is said about them; of each change whether its message is there.

        What becomes of a message is `InboundMessage.changed_by`. What is said of one that is not there is kept, and
        shown to nobody, until it comes. May be repeated.
        """
        ...

    async def get(self, session_uid: str, chat: str, message_id: str, *, from_me: bool) -> InboundMessage | None:
        """A message; None when it is not there."""
        ...

    async def to_fetch(self, session_uid: str, *, limit: int) -> list[InboundMessage]:
        """Messages of a session whose files are still to be had (`InboundMessage.fetches`), the first first."""
        ...

    async def newest(
        self, session_uid: str, *, limit: int, before: str | None = None, status: bool = False
    ) -> InboxPage:
        """A page of messages, newest first, older than the cursor when one is given.

        Status updates are no part of it; `status` gives them and nothing else.
        """
        ...

    async def purge(self, *, before: int) -> int:
        """Remove messages that arrived before this time; how many. A store that does it by itself says 0."""
        ...

    async def trim(self, session_uid: str, *, keep: int) -> int:
        """Remove a session's oldest messages beyond this number, and status updates likewise; how many."""
        ...

    async def clear(self, session_uid: str) -> None:
        """Remove all of a session's messages, status updates too."""
        ...
