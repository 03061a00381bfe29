"""What was chosen for a held session takes effect: at once, and of several changes one after the other."""

from __future__ import annotations

import asyncio

from session_host.session.chosen import Chosen
from session_host.session.live_session import LiveSession
from session_host.session.states import LIVE, RESTING
from shared.sessions.chosen import Choices

_SENDS_END_WITHIN = 35.0
"""Seconds for a send that is under way: healing it takes that long at most."""
_CONNECTED_WITHIN = 8.0
"""Seconds in which messages wait for a connection that is made anew."""
_NO_WAY = "proxy_unreachable"


class Choosing:
    """Of one held session."""

    def __init__(self, uid: str, chosen: Chosen, live: LiveSession) -> None:
        self._uid = uid
        self._chosen = chosen
        self._live = live
        self._changing = asyncio.Lock()
        self._in_effect = chosen.of(uid)
        self.undisturbed = asyncio.Lock()
        """Held while a message is handed over, and while the connection is made anew."""

    async def take_effect(self) -> None:
        """Have the session be as was chosen last. May be repeated."""
        async with self._changing:
            now = self._chosen.of(self._uid)
            if self._live.report.status in LIVE and self._differs(now):
                await self._reconnect()
            self._in_effect = now

    def _differs(self, now: Choices) -> bool:
        """Whether the client that is there is not as it was chosen: a paired one has told the phone everything."""
        before = self._in_effect
        tells_otherwise = (now.device_name, now.history) != (before.device_name, before.history)
        return now.proxy != before.proxy or (self._live.paired is False and tells_otherwise)

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
