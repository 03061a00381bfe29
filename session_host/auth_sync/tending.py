"""Tends the auth databases of a shard, beside the library that has them open: what they note, what they keep."""

from __future__ import annotations

import asyncio

import structlog

from session_host.auth_sync.copies import Copier, CopyFailed
from session_host.auth_sync.errors import Damaged
from session_host.auth_sync.held import Held
from session_host.auth_sync.pruning import Kept
from shared.ids import now_ms

_log = structlog.get_logger()

_STEPS_APART = 0.05
"""Seconds between two steps of pruning: the library writes meanwhile."""
_NOT_NOW = (CopyFailed, Damaged)
"""It is being written, or there is no database yet; that one is damaged, a snapshot says."""


class Tending:
    """By the copier, since no other process may write there."""

    def __init__(self, copier: Copier, secrets: Kept) -> None:
        """`secrets`: which message secrets are kept."""
        self._copier = copier
        self._secrets = secrets

    async def tend(self, held: Held) -> None:
        """Do all of it for a session; what cannot be done now is left for the next time."""
        await self.keep_notes(held)
        await self._prune(held)

    async def keep_notes(self, held: Held) -> None:
        """Have notes kept in a pairing: as soon as there is one, and again should the library drop a table."""
        if not held.watching:
            return
        try:
            async with held.turn:
                await self._copier.keep_note(held.folder.path)
        except _NOT_NOW as error:
            _log.debug("notes_not_kept", session=held.uid, error=str(error))

    async def _prune(self, held: Held) -> None:
        """Remove the message secrets that are not kept, step by step."""
        while held.watching:
            try:
                async with held.turn:
                    removed = await self._copier.prune(held.folder.path, self._secrets, now_ms())
            except _NOT_NOW as error:
                _log.debug("secrets_not_pruned", session=held.uid, error=str(error))
                return
            if not removed:
                return
            await asyncio.sleep(_STEPS_APART)
