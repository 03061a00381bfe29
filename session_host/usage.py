"""Counts for its key what a session sends and what arrives, where it is written to the store.

Nothing is written for it with a message: what was counted is written every ten seconds. What is stored once more after
a crash may be counted twice (docs/adr/0073).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from shared.errors import StoreUnavailable
from shared.messages.model import MessageState, OutboundMessage
from shared.messages.ports import Inbox, Messages
from shared.messages.received import InboundMessage
from shared.sessions.ports import Sessions
from shared.tenants.usage import BYTES_IN, BYTES_OUT, UsageCounting

_OUTCOMES = {
    MessageState.SENT: "sent",
    MessageState.FAILED: "failed",
    MessageState.UNKNOWN: "unknown",
    MessageState.EXPIRED: "expired",
}
_KNOWN = 100_000


def counted_messages(messages: Messages, counting: UsageCounting) -> Messages:
    """The same, which counts what became of each."""
    return cast("Messages", _CountedMessages(messages, counting))


def counted_inbox(inbox: Inbox, sessions: Sessions, counting: UsageCounting) -> Inbox:
    """The same, which counts what came from others."""
    return cast("Inbox", _CountedInbox(inbox, sessions, counting))


class _CountedMessages:
    """`shared.messages.ports.Messages`, and how many came to which end."""

    def __init__(self, messages: Messages, counting: UsageCounting) -> None:
        self._messages = messages
        self._counting = counting

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything else is as it is
        return getattr(self._messages, name)

    async def advance(self, message_id: str, to: MessageState, **said: Any) -> OutboundMessage | None:  # noqa: ANN401 - as the port has it
        """As the port says."""
        row = await self._messages.advance(message_id, to, **said)
        outcome = _OUTCOMES.get(to)
        if row is not None and outcome is not None:
            self._counting.count(row.key_id, f"{outcome}.{row.content.get('type', 'other')}")
            size = (row.content.get("file") or {}).get("size") if to is MessageState.SENT else None
            if size:
                self._counting.count(row.key_id, BYTES_OUT, size)
        return row


class _CountedInbox:
    """`shared.messages.ports.Inbox`, and how much came from others."""

    def __init__(self, inbox: Inbox, sessions: Sessions, counting: UsageCounting) -> None:
        self._inbox = inbox
        self._sessions = sessions
        self._counting = counting
        self._keys: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything else is as it is
        return getattr(self._inbox, name)

    async def append(self, messages: Sequence[InboundMessage]) -> Any:  # noqa: ANN401 - as the port has it
        """As the port says."""
        done = await self._inbox.append(messages)
        for message in messages:
            if message.from_me or message.is_history:
                continue
            key_id = await self._key_of(message.session_uid)
            if key_id is not None:
                self._counting.count(key_id, f"received.{message.type}")
                if size := (message.content.get("media") or {}).get("size"):
                    self._counting.count(key_id, BYTES_IN, size)
        return done

    async def _key_of(self, uid: str) -> str | None:
        """Whose a session is, which never changes; None when that cannot be read now: then it is not counted."""
        if uid not in self._keys:
            try:
                session = await self._sessions.get(uid)
            except StoreUnavailable:
                return None
            if session is None:
                return None
            if len(self._keys) >= _KNOWN:
                self._keys.clear()
            self._keys[uid] = session.key_id
        return self._keys[uid]
