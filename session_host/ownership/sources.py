"""What can be looked up about the events of a session: by its client while connected, else in its auth database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from session_host.disk.session_files import DATABASE
from session_host.ownership.holding import Holding
from session_host.session.live_session import LiveSession
from session_host.whatsapp import secret_log
from session_host.whatsapp.client import NotSent
from session_host.whatsapp.content.sealed import opened, target_of
from session_host.whatsapp.from_whatsapp import edit_of
from shared.contracts.events import MessageReceived
from shared.jids import PHONE

_CONNECTED_WITHIN = 1.0
"""Seconds for a session that is just being connected: reading its database beside the library takes a process."""


def sources_of(holding: Holding | None, auth_dir: Path) -> SessionSources:
    """Those of a session that this shard holds, or of one that it holds no more."""
    return SessionSources(holding.live if holding else None, auth_dir)


class SessionSources:
    """`session_host.inbound.completing.Sources` of one session.

    Args:
        live: the session, when this shard holds it.
        auth_dir: the folder of its auth database; nothing is found when it is not here any more.
    """

    def __init__(self, live: LiveSession | None, auth_dir: Path) -> None:
        self._live = live
        self._database = str(auth_dir / DATABASE)

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        """The phone numbers of people named by LID, of those that are known. Raises OSError when nobody answers."""
        if self._live is not None and await self._live.wait_connected(_CONNECTED_WITHIN):
            try:
                return await self._live.connected_client().numbers_of(lids)
            except NotSent:
                pass  # it was disconnected in this moment
        try:
            return await asyncio.to_thread(secret_log.numbers_of, self._database, lids)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    async def unsealed(self, edits: Sequence[tuple[MessageReceived, bytes]]) -> list[MessageReceived]:
        """Sealed edits as they read; one that nothing here opens stays as it is. Raises OSError when nobody answers."""
        targets = frozenset(target for _, raw in edits if (target := target_of(raw)) is not None)
        try:
            secrets = await asyncio.to_thread(secret_log.secrets_of, self._database, targets)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        return [_unsealed(event, raw, secrets) for event, raw in edits]


def _unsealed(event: MessageReceived, raw: bytes, secrets: Mapping[str, Sequence[bytes]]) -> MessageReceived:
    target = target_of(raw)
    number = f"{event.from_number}@{PHONE}" if event.from_number else None
    people = [address for address in (event.from_lid, number) if address is not None]
    message = opened(raw, secrets.get(target, ()), people) if target is not None else None
    return event if message is None else edit_of(event, message) or event
