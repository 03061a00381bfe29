"""Counts for its key what became of what a session sent, when that is told, and what arrives, when it is stored.

Nothing is written for it with a message: what was counted is written every ten seconds. What is stored once more after
a crash may be counted twice (docs/adr/0072).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from shared.errors import StoreUnavailable
from shared.messages.model import MessageState
from shared.messages.ports import Inbox
from shared.messages.received import InboundMessage
from shared.messages.untold import Mark, Outcomes, Untold
from shared.sessions.ports import Sessions
from shared.tenants.usage import BYTES_IN, BYTES_OUT, UsageCounting

_KNOWN = 100_000


def counted_outcomes(outcomes: Outcomes, keys: Keys, counting: UsageCounting) -> Outcomes:
    """The same, which counts what became of each message, when it is told."""
    return _CountedOutcomes(outcomes, keys, counting)


def counted_inbox(inbox: Inbox, keys: Keys, counting: UsageCounting) -> Inbox:
    """The same, which counts what came from others."""
    return cast("Inbox", _CountedInbox(inbox, keys, counting))


class Keys:
    """Whose a session is, which never changes."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._keys: dict[str, str] = {}

    async def of(self, uid: str) -> str | None:
        """The key's id; None when that cannot be read now: then it is not counted."""
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


class _CountedOutcomes:
    """`shared.messages.untold.Outcomes`, and how many messages came to which end: each once."""

    def __init__(self, outcomes: Outcomes, keys: Keys, counting: UsageCounting) -> None:
        self.looks_apart = outcomes.looks_apart
        self._outcomes = outcomes
        self._keys = keys
        self._counting = counting
        self._read: dict[Mark, Untold] = {}

    async def untold(self, session_uids: Collection[str], *, limit: int) -> list[Untold]:
        """As the port says."""
        found = await self._outcomes.untold(session_uids, limit=limit)
        if len(self._read) >= _KNOWN:  # what was overtaken by another outcome is never told
            self._read.clear()
        self._read.update((Mark(each.session_uid, each.message_id, each.mark), each) for each in found)
        return found

    async def told(self, marks: Sequence[Mark]) -> None:
        """As the port says."""
        await self._outcomes.told(marks)
        for mark in marks:
            untold = self._read.pop(mark, None)
            key_id = None if untold is None else await self._keys.of(mark.session_uid)
            if untold is None or key_id is None:
                continue
            self._counting.count(key_id, f"{untold.state.value}.{untold.type}")
            if untold.state is MessageState.SENT and untold.size:
                self._counting.count(key_id, BYTES_OUT, untold.size)


class _CountedInbox:
    """`shared.messages.ports.Inbox`, and how much came from others."""

    def __init__(self, inbox: Inbox, keys: Keys, counting: UsageCounting) -> None:
        self._inbox = inbox
        self._keys = keys
        self._counting = counting

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything else is as it is
        return getattr(self._inbox, name)

    async def append(self, messages: Sequence[InboundMessage]) -> Any:  # noqa: ANN401 - as the port has it
        """As the port says."""
        done = await self._inbox.append(messages)
        for message in messages:
            if message.from_me or message.is_history:
                continue
            key_id = await self._keys.of(message.session_uid)
            if key_id is not None:
                self._counting.count(key_id, f"received.{message.type}")
                if size := (message.content.get("media") or {}).get("size"):
                    self._counting.count(key_id, BYTES_IN, size)
        return done
