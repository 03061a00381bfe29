"""What came of a session, all of which goes when it is deleted: its messages, its inbox and its events."""

from __future__ import annotations

from session_host.inbound.arrivals import Arrivals
from session_host.ownership.session_changes import SessionChanges
from shared.messages.ports import Inbox, Messages


class Contents:
    """Of every session of a shard."""

    def __init__(self, changes: SessionChanges, arrivals: Arrivals, inbox: Inbox, messages: Messages) -> None:
        self._changes = changes
        self._arrivals = arrivals
        self._inbox = inbox
        self._messages = messages

    async def erase(self, uid: str) -> None:
        """Remove everything of a session whose connection is closed. May be repeated.

        What is on its way goes first, so that nothing comes after what was removed.

        Raises:
            StoreUnavailable: something is left.
            BusUnavailable: its events are left.
        """
        await self._changes.written()
        await self._arrivals.inbound.forget(uid)
        await self._inbox.clear(uid)
        await self._messages.delete_of(uid)
        await self._arrivals.publishing.forget(uid)
