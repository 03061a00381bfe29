"""Entries of a journal whose session was deleted: elsewhere, or here while its last events were on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from shared.sessions.model import Desired
from shared.sessions.ports import Sessions


class Departed:
    """Tells them apart. What this shard holds is not asked for: it removes the entries itself when it is deleted."""

    def __init__(self, sessions: Sessions, holds: Callable[[str], bool]) -> None:
        """`holds`: whether this shard holds the session with this uid, and it is to stay."""
        self._sessions = sessions
        self._holds = holds

    def strangers(self, uids: Collection[str]) -> set[str]:
        """Those that this shard does not hold: only the store knows of them."""
        return {uid for uid in uids if not self._holds(uid)}

    async def among(self, uids: Collection[str]) -> set[str]:
        """Those that are deleted, or are being deleted. Raises StoreUnavailable."""
        strangers = list(self.strangers(uids))
        rows = await asyncio.gather(*(self._sessions.get(uid) for uid in strangers))
        return {uid for uid, row in zip(strangers, rows, strict=True) if row is None or row.desired is Desired.DELETED}
