"""What can be looked up about the events of a session: by its client while connected, else in its auth database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from session_host.holding import Holding
from session_host.session import LiveSession
from session_host.session_files import DATABASE
from session_host.whatsapp import secret_log
from session_host.whatsapp.client import NotSent
from session_host.whatsapp.content.sealed import opened, target_of
from session_host.whatsapp.from_whatsapp import edit_of
from shared.contracts.events import MessageReceived
from shared.jids import PHONE


def sources_of(holding: Holding | None, auth_dir: Path) -> SessionSources:
    """Those of a session that this shard holds, or of one that it holds no more."""
    return SessionSources(holding.live if holding else None, auth_dir)


class SessionSources:
    """`session_host.completing.Sources` of one session.

    Args:
        live: the session, when this shard holds it.
        auth_dir: the folder of its auth database; nothing is found when it is not here any more.
    """

    def __init__(self, live: LiveSession | None, auth_dir: Path) -> None:
        self._live = live
        self._database = str(auth_dir / DATABASE)

    async def numbers_of(self, lids: frozenset[str]) -> Mapping[str, str]:
        """The phone numbers of people named by LID, of those that are known. Raises OSError when nobody answers."""
        if self._live is not None and self._live.connected:
            try:
                return await self._live.numbers_of(lids)
            except NotSent:
                pass  # it was disconnected in this moment
        try:
            return await asyncio.to_thread(secret_log.numbers_of, self._database, lids)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    async def unsealed(self, event: MessageReceived, raw: bytes) -> MessageReceived | None:
        """A sealed edit as it reads; None when nothing here opens it. Raises OSError when nobody answers."""
        target = target_of(raw)
        if target is None:
            return None
        try:
            secrets = await asyncio.to_thread(secret_log.secrets_of, self._database, target)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error
        number = f"{event.from_number}@{PHONE}" if event.from_number else None
        message = opened(raw, secrets, [address for address in (event.from_lid, number) if address is not None])
        return None if message is None else edit_of(event, message)
