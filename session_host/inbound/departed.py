"""Whose sessions a journal's entries are of, and which of them were deleted: elsewhere, or here in the meantime."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

from shared.sessions.model import Desired
from shared.sessions.ports import Sessions


class Departed:
    """Tells them apart. What this shard holds is not asked for: it removes the entries itself when it is deleted."""

    def __init__(self, sessions: Sessions, key_of: Callable[[str], str | None]) -> None:
        """`key_of`: the key of the session with this uid, when this shard holds it and it is to stay."""
        self._sessions = sessions
        self._key_of = key_of

    def strangers(self, uids: Collection[str]) -> set[str]:
        """Those that this shard does not hold: only the store knows of them."""
        return {uid for uid in uids if self._key_of(uid) is None}

    async def among(self, uids: Collection[str]) -> set[str]:
        """Those that are deleted, or are being deleted. Raises StoreUnavailable."""
        return set(uids) - (await self.keys_of(uids)).keys()

    async def keys_of(self, uids: Collection[str]) -> Mapping[str, str]:
        """The keys of those that are there, by uid. Raises StoreUnavailable."""
        held = {uid: key_id for uid in uids if (key_id := self._key_of(uid)) is not None}
        strangers = [uid for uid in uids if uid not in held]
        rows = await asyncio.gather(*(self._sessions.get(uid) for uid in strangers))
        return held | {row.uid: row.key_id for row in rows if row and row.desired is not Desired.DELETED}
