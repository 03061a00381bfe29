"""What was chosen for a held session takes effect: at once, and of several changes one after the other."""

from __future__ import annotations

import asyncio

from session_host.session.chosen import Chosen
from session_host.session.live_session import LiveSession
from session_host.session.presence import Presence
from session_host.session.probe import Probe
from session_host.session.states import LIVE, RESTING
from session_host.whatsapp.client_options import ClientOptions
from shared.sessions.model import SessionStatus

_SENDS_END_WITHIN = 35.0
"""Seconds for a send that is under way: healing it takes that long at most."""
_CONNECTED_WITHIN = 8.0
"""Seconds in which messages wait for a connection that is made anew."""
_NO_WAY = "proxy_unreachable"


class Choosing:
    """Of one held session."""

    def __init__(self, uid: str, chosen: Chosen, live: LiveSession, presence: Presence, probe: Probe) -> None:
        self._uid = uid
        self._chosen = chosen
        self._live = live
        self._presence = presence
        self._probe = probe
        self._changing = asyncio.Lock()
        self._options = chosen.client_options(uid)
        """With which it connected, or was to."""
        self.undisturbed = asyncio.Lock()
        """Held while a message is handed over, and while the connection is made anew."""

    async def take_effect(self) -> None:
        """Have the session be as was chosen last. May be repeated."""
        async with self._changing:
            choices = self._chosen.of(self._uid)
            self._presence.stay(always=choices.always_online)
            self._probe.stay(after=choices.probe_after)
            options = self._chosen.client_options(self._uid)
            if self._live.report.status in LIVE and self._needs_another_client(options):
                await self._reconnect()
            self._options = options

    def _needs_another_client(self, options: ClientOptions) -> bool:
        if options.proxy != self._options.proxy:
            return True
        waits_for_phone = self._live.paired is False and self._live.report.status is not SessionStatus.PAIRING
        return options != self._options and waits_for_phone  # what it is paired as is said when it shows codes

    async def _reconnect(self) -> None:
        """Connect another way. No send is cut off, and what waits to be sent meanwhile waits for the connection."""
        try:
            async with asyncio.timeout(_SENDS_END_WITHIN):
                await self.undisturbed.acquire()
        except TimeoutError:  # the store is away, as it seems: a send that is done waits for that alone
            await self._live.restart(login=self._live.paired is False)
            return
        try:
            await self._live.restart(login=self._live.paired is False)
            await self._live.wait_for(self._is_settled, _CONNECTED_WITHIN)
        finally:
            self.undisturbed.release()

    def _is_settled(self) -> bool:
        report = self._live.report
        there = self._live.connected or self._live.qr is not None
        return there or report.status in RESTING or report.reason == _NO_WAY
