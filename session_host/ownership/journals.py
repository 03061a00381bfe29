"""Opens journals: a shard's own, and beside it those of shards that died."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from session_host.inbound.arrivals import Arrivals, open_arrivals
from session_host.inbound.departed import Departed
from session_host.inbound.own import Own
from session_host.outbound.outbox import Outbox
from session_host.ownership.holding import Holding
from session_host.ownership.settling import HeldSessions, receipts_of, resends_of
from session_host.ownership.sources import SessionSources, Stored, sources_of
from session_host.session.chat_timers import ChatTimers
from session_host.session.chosen import Chosen
from shared.chats.ports import Chats
from shared.events.ports import EventLog
from shared.ids import now_ms
from shared.messages.receipts import ReceiptRows
from shared.messages.untold import Outcomes
from shared.sessions.ports import Sessions


@dataclass(frozen=True, slots=True)
class Journals:
    """What empties each of them is the same: the stores, the log of events, and the sessions of this shard."""

    synchronous: Literal["FULL", "NORMAL"]
    stored: Stored
    sessions: Sessions
    receipts: ReceiptRows
    outcomes: Outcomes
    chats: Chats
    log: EventLog
    timers: ChatTimers
    chosen: Chosen
    outboxes: Mapping[str, Outbox]
    held: Callable[[], Mapping[str, Holding]]
    key_of: Callable[[str], str | None]

    def sources(self, auth: Path, uid: str) -> SessionSources:
        """What can be looked up about a session whose auth folder is in this folder."""
        return sources_of(uid, self.held().get(uid), auth / uid, self.stored)

    def open(self, file: Path, auth: Path) -> AbstractContextManager[Arrivals]:
        """The journal in a file, and what empties it, of sessions whose auth folders are in a folder."""
        messages = self.stored.messages
        acting = HeldSessions(self.outboxes, self.held)
        return open_arrivals(
            file,
            self.synchronous,
            inbox=self.stored.inbox,
            receipts=receipts_of(messages, self.receipts, self.outboxes),
            resends=resends_of(messages, self.outboxes, self.held),
            timers=self.timers,
            log=self.log,
            departed=Departed(self.sessions, self.key_of),
            sources=lambda uid: self.sources(auth, uid),
            outcomes=self.outcomes,
            senders=acting,
            own=Own(self.chosen, messages, self.chats, acting, now_ms),
        )
