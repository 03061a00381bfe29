"""What came of a session, all of which goes when it is deleted: its messages, inbox, chats, files, events, webhooks."""

from __future__ import annotations

from dataclasses import dataclass

from session_host.history.importing import Importing
from session_host.inbound.arrivals import Arrivals
from session_host.ownership.session_changes import SessionChanges
from shared.chats.ports import Chats
from shared.ids import now_ms
from shared.media.ports import FileRows
from shared.messages.ports import Inbox, Messages
from shared.messages.receipts import ReceiptRows
from shared.webhooks.forgetting import forget_of_session
from shared.webhooks.ports import Deliveries, Webhooks


@dataclass(frozen=True, slots=True)
class Contents:
    """Of every session of a shard."""

    changes: SessionChanges
    arrivals: Arrivals
    past: Importing
    inbox: Inbox
    chats: Chats
    messages: Messages
    receipts: ReceiptRows
    file_rows: FileRows
    webhooks: Webhooks
    deliveries: Deliveries

    async def erase(self, key_id: str, uid: str) -> None:
        """Remove everything of a session whose connection is closed. May be repeated.

        What is on its way goes first, so that nothing comes after what was removed. Files can be had no more, and the
        next sweep removes them.

        Raises:
            StoreUnavailable: something is left.
            BusUnavailable: its events are left.
        """
        await self.changes.written()
        await self.arrivals.inbound.forget(uid)
        await self.past.forget(uid)
        await self.inbox.clear(uid)
        await self.messages.delete_of(uid)
        await self.chats.delete_of(uid)
        await self.receipts.delete_of(uid)
        await self.file_rows.expire_of(key_id, uid, now_ms())
        await self.arrivals.publishing.forget(uid)
        await forget_of_session(self.webhooks, self.deliveries, key_id, uid)
