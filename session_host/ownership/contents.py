"""What came of a session, all of which goes when it is deleted: its messages, its inbox, its files and its events."""

from __future__ import annotations

from session_host.inbound.arrivals import Arrivals
from session_host.ownership.session_changes import SessionChanges
from shared.ids import now_ms
from shared.media.ports import FileRows
from shared.messages.ports import Inbox, Messages


class Contents:
    """Of every session of a shard."""

    def __init__(
        self, changes: SessionChanges, arrivals: Arrivals, inbox: Inbox, messages: Messages, file_rows: FileRows
    ) -> None:
        self._changes = changes
        self._arrivals = arrivals
        self._inbox = inbox
        self._messages = messages
        self._file_rows = file_rows

    async def erase(self, key_id: str, uid: str) -> None:
        """Remove everything of a session whose connection is closed. May be repeated.

        What is on its way goes first, so that nothing comes after what was removed. Files can be had no more, and the
        next sweep removes them.

        Raises:
            StoreUnavailable: something is left.
            BusUnavailable: its events are left.
        """
        await self._changes.written()
        await self._arrivals.inbound.forget(uid)
        await self._inbox.clear(uid)
        await self._messages.delete_of(uid)
        await self._file_rows.expire_of(key_id, uid, now_ms())
        await self._arrivals.publishing.forget(uid)
