"""What becomes of something that arrives at a session: it is kept on the disk, unless the session ignores such."""

from __future__ import annotations

from dataclasses import dataclass

from session_host.history.spool import Spool
from session_host.inbound.journal import Journal
from session_host.metrics.counting import Counting
from session_host.session.chosen import Chosen
from session_host.session.presence import Presences
from session_host.session.signs import Signs
from session_host.whatsapp.client import Arrival
from session_host.whatsapp.echo import Echo
from session_host.whatsapp.past.piece import PieceAnnounced, PieceCame
from shared.contracts.call_events import CallRang
from shared.contracts.own_events import CallToReject


@dataclass(frozen=True, slots=True)
class Arriving:
    """Who hears of it. Called on a client's own thread."""

    journal: Journal
    spool: Spool
    chosen: Chosen
    presences: Presences
    metrics: Counting
    signs: Signs

    def keep(self, uid: str, arrival: Arrival) -> None:
        """Keep it, and tell who waits for it."""
        self.signs.heard(uid)
        event = arrival.event
        if isinstance(event, Echo):
            return
        if isinstance(event, PieceCame | PieceAnnounced):
            self._keep_past(uid, event, arrival.raw)
            return
        if isinstance(event, CallRang) and event.group is None and self.chosen.of(uid).reject_calls.enabled:
            self.journal.keep(uid, CallToReject(at=event.at, id=event.id, caller=event.caller), held=arrival.held)
        if self.chosen.ignores(uid, event):
            return
        self.journal.keep(uid, event, arrival.raw, held=arrival.held)
        self.presences.hear(uid, event)
        self.metrics.received(event.kind)

    def _keep_past(self, uid: str, event: PieceCame | PieceAnnounced, piece: bytes | None) -> None:
        if not self.chosen.of(uid).history.days:
            return
        if isinstance(event, PieceAnnounced):
            self.spool.announce(uid, event)
        elif piece is not None:
            self.spool.keep(uid, event, piece)
