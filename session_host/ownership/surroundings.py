"""What every session of a shard shares."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from session_host.downloads.errors import Unreachable
from session_host.inbound.telling import Telling
from session_host.media.readying import Readying
from session_host.outbound.offers import Offers
from session_host.outbound.outbox import Outbox
from session_host.ownership.contents import Contents
from session_host.ownership.reports import Reports
from session_host.session.chat_timers import ChatTimers
from session_host.session.chosen import Chosen
from session_host.session.live_session import LiveSession
from session_host.session.login_share import LoginShare
from session_host.session.numbers import KnownNumbers
from session_host.session.presence import Presences
from session_host.session.signs import Signs
from session_host.session.unlinking import UnlinkOutcome
from shared.bus import Bus
from shared.messages.model import MessageState
from shared.messages.ports import Inbox, Messages
from shared.sessions.model import Session, SessionReport, SessionStatus
from shared.sessions.ports import Sessions

MakeSession = Callable[[Session, Callable[[SessionReport], None], SessionStatus], LiveSession]
"""Makes the connection of a session from its row and first status; what it reports is given to the callable."""


FetchPicture = Callable[[str, str], Awaitable[bytes]]
"""The picture at an address of WhatsApp's, as a session (its uid) reaches it; raises Unreachable."""


async def _no_pictures(_uid: str, _url: str) -> bytes:
    raise Unreachable("nothing fetches pictures here")


class AuthSync(Protocol):
    """Where auth folders come from and are kept (`session_host.auth_sync.keeper.AuthKeeper`)."""

    async def fetch(self, row: Session) -> bool:
        """Bring the folder up to date; whether it is certain to be the very last state."""
        ...

    def watch(self, uid: str, epoch: int) -> None:
        """Take snapshots when it changes from now on."""
        ...

    def urgent(self, uid: str) -> None:
        """Take one soon."""
        ...

    async def release(self, uid: str, epoch: int, *, clean: bool, within: float) -> None:
        """Stop, with the last snapshot in so many seconds when it is `clean`; nobody has the database open."""
        ...

    async def forget(self, uid: str) -> None:
        """Remove every snapshot of it."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Made once, where the shard is put together."""

    sessions: Sessions
    messages: Messages
    inbox: Inbox
    contents: Contents
    bus: Bus
    reports: Reports
    numbers: KnownNumbers
    outboxes: dict[str, Outbox]
    """By session: those of which a send may be under way."""
    timers: ChatTimers
    readying: Readying
    auth: AuthSync
    auth_root: Path
    make_session: MakeSession
    may_begin: Callable[[], bool]
    """Whether this shard's lease is young enough to begin anything."""
    clock: Callable[[], int]
    chosen: Chosen
    telling: Telling
    fetch_picture: FetchPicture = _no_pictures
    offers: Offers = field(default_factory=Offers)
    presences: Presences = field(default_factory=Presences)
    signs: Signs = field(default_factory=Signs)
    logins: LoginShare = field(default_factory=lambda: LoginShare(sys.maxsize))
    on_send: Callable[[MessageState, float], None] = lambda _state, _seconds: None
    """Told what came of each message that was handed to WhatsApp, and after how many seconds."""
    unlink_for: float = 14 * 86_400.0
    """Seconds for which it is tried to have a phone forget a device."""
    on_unlink: Callable[[UnlinkOutcome], None] = lambda _: None
    """Told what came of each try to unlink a device."""
