"""What becomes of something that arrives at a session: it is kept in the journal, unless the session ignores such."""

from __future__ import annotations

from dataclasses import dataclass

from session_host.inbound.journal import Journal
from session_host.metrics.counting import Counting
from session_host.session.chosen import Chosen
from session_host.session.presence import Presences
from session_host.session.signs import Signs
from session_host.whatsapp.client import Arrival


@dataclass(frozen=True, slots=True)
class Arriving:
    """Who hears of it. Called on a client's own thread."""

    journal: Journal
    chosen: Chosen
    presences: Presences
    metrics: Counting
    signs: Signs

    def keep(self, uid: str, arrival: Arrival) -> None:
        """Keep it, and tell who waits for it."""
        self.signs.heard(uid)
        if self.chosen.ignores(uid, arrival.event):
            return
        self.journal.keep(uid, arrival.event, arrival.raw, held=arrival.held)
        self.presences.hear(uid, arrival.event)
        self.metrics.received(arrival.event.kind)
