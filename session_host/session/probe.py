"""One session's probe: whether WhatsApp still brings what it has, found out by a message to the session's own number.

A connection may take what is sent and answer questions, while nothing comes by itself any more; of that only silence is
seen, which is nothing odd. So after some silence the session takes a reaction off a message that there never was, in
the chat with itself: nothing is shown of it anywhere, and the other devices of the number, its phone first, say that
they have it. That is what is waited for.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress

import structlog

from session_host.session.live_session import LiveSession
from session_host.session.signs import SignsOfLife
from session_host.whatsapp.beside import Beside, Referred
from session_host.whatsapp.client import InDoubt, NotSent
from shared.contracts.content.sayings import Reaction
from shared.ids import now_ms
from shared.jids import Jid

_log = structlog.get_logger(__name__)

ECHOED_WITHIN = 10.0
"""Seconds in which something has to come after a probe."""
_LONGEST_PAUSE = 3600.0
"""A phone that is switched off is silent too: pauses double up to here while nothing comes."""
_SECRET_BYTES = 32


class Probe:
    """Of one session. Made and used on one event loop; `close` ends it."""

    def __init__(
        self,
        live: LiveSession,
        signs: SignsOfLife,
        clock: Callable[[], int] = now_ms,
        *,
        after: float | None = None,
        echoed_within: float = ECHOED_WITHIN,
    ) -> None:
        """`clock`: milliseconds since 1970; `after` as in `stay`; `echoed_within`: seconds."""
        self._live = live
        self._signs = signs
        self._clock = clock
        self._echoed_within = echoed_within
        self._after: float | None = None
        self._watching: asyncio.Task[None] | None = None
        self.stay(after=after)

    def stay(self, *, after: float | None) -> None:
        """Probe after so many seconds of silence from now on; None: never."""
        if after == self._after:
            return
        self._after = after
        if self._watching is not None:
            self._watching.cancel()
        self._watching = asyncio.create_task(self._watch(after), name="probe") if after else None

    async def close(self) -> None:
        """End it. May be repeated."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def _watch(self, after: float) -> None:
        pause = after
        while True:
            await self._silence(pause)
            asked_at = self._clock()
            if not await self._ask():  # a send that is not acknowledged is healed by itself
                await asyncio.sleep(after)
                continue
            await asyncio.sleep(self._echoed_within)
            if self._heard_since(asked_at):
                pause = after
                continue
            pause = min(pause * 2, _LONGEST_PAUSE)
            with suppress(NotSent):  # it has been lost meanwhile
                client = self._live.connected_client()
                _log.warning("nothing_comes", session=self._live.uid, after=self._echoed_within)
                self._signs.unheard_at = self._clock()
                client.reset()

    async def _silence(self, seconds: float) -> None:
        """Return when it is connected and nothing has come for so long."""
        while True:
            if not await self._live.wait_connected(seconds):
                await asyncio.sleep(seconds)
                continue
            since = max(self._signs.heard_at or 0, self._live.report.since)
            left = seconds - (self._clock() - since) / 1000
            if left <= 0:
                return
            await asyncio.sleep(left)

    def _heard_since(self, moment: int) -> bool:
        return (self._signs.heard_at or 0) >= moment

    async def _ask(self) -> bool:
        """Whether WhatsApp took a probe."""
        me = Jid.parse(f"{self._live.report.number}@s.whatsapp.net")
        content = Reaction(message_id=_never_sent(), emoji="")
        target = Referred(
            id=content.message_id, chat=str(me), type="text", from_me=True, author=str(me), authors=(str(me),),
            message=b"", secret=b"", sent_at=self._clock(),
        )  # fmt: skip
        try:
            await self._live.send(me, content, secrets.token_bytes(_SECRET_BYTES), Beside(target=target, me=str(me)))
        except (NotSent, InDoubt) as error:
            _log.info("probe_not_sent", session=self._live.uid, error=str(error))
            return False
        self._signs.acknowledged_at = self._clock()
        return True


def _never_sent() -> str:
    """The id of a message that nobody has."""
    return secrets.token_hex(10).upper()
