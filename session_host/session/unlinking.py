"""Having the phone forget a device: one try, and when the next one is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from session_host.session.states import step
from session_host.whatsapp.client import (
    Banned,
    Connected,
    Ended,
    NotSent,
    OnSignal,
    QrCode,
    Refused,
    Replaced,
    Signal,
    Unlinked,
    WhatsAppClient,
)
from shared.sessions.model import SessionStatus

AUTH_UNREADABLE = "auth_unreadable"
"""Why it is never unlinked by us: there are no keys to do it with."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 3600.0
_SHARE = 0.5


class UnlinkOutcome(StrEnum):
    """What metrics are told of a try."""

    UNLINKED = "unlinked"
    PENDING = "pending"
    """It is tried again."""
    GIVEN_UP = "given_up"
    """The phone keeps the device, and its keys are dropped."""


@dataclass(frozen=True, slots=True)
class Unlinking:
    """What came of a try."""

    done: bool
    """The phone has no such device, or not any more."""
    reason: str | None = None
    """Why not, in the words of a session's status: `wa_unreachable`, `temporary_ban`, `client_outdated`, …"""
    until: int | None = None
    """When trying again makes sense at the earliest, where that is known (the end of a ban); milliseconds."""


DONE = Unlinking(done=True)
NOTHING_THERE = Unlinking(done=True, reason="not_paired")
"""No device is known here."""


class UnlinkingClient:
    """A client that is made to unlink its device and for nothing else. `cut` ends the try at once."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[Signal] = asyncio.Queue()

    def cut(self) -> None:
        """Have the try end: the session is let go."""
        self._told.put_nowait(Ended("the session is let go", reason="host_lost"))

    async def run(self, make: Callable[[OnSignal], WhatsAppClient], within: float) -> Unlinking:
        """Connect and unlink, in so many seconds and those that closing takes."""
        client = make(self._told.put_nowait)
        self._reason: str | None = "wa_unreachable"
        try:
            await client.open()
            async with asyncio.timeout(within):
                return await self._unlink(client)
        except TimeoutError:
            return Unlinking(done=False, reason=self._reason)
        except NotSent:
            return Unlinking(done=False, reason="connection_lost")
        finally:
            await client.close()

    async def _unlink(self, client: WhatsAppClient) -> Unlinking:
        while True:
            signal = await self._told.get()
            if (led := step(SessionStatus.STARTING, signal)) is not None:
                self._reason = led.reason
            match signal:
                case Connected():
                    await client.logout()
                    return DONE
                case Unlinked() | QrCode():
                    return DONE
                case Banned(until=until):
                    return Unlinking(done=False, reason=self._reason, until=until)
                case Refused() | Replaced() | Ended():
                    return Unlinking(done=False, reason=self._reason)
                case _:  # it goes on trying
                    pass


def pause(since: int, now: int, until: int | None) -> float:
    """Seconds to the next try: half as long as it has been tried, from 5 s to an hour; never before a ban ends.

    By what is in the row alone, so that it goes on as it was after a restart, and with another owner.
    """
    seconds = min(max((now - since) / 1000 * _SHARE, _FIRST_PAUSE), _LONGEST_PAUSE)
    return seconds if until is None else max(seconds, (until - now) / 1000)
