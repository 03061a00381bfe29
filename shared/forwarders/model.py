"""Forwarders: what of a key's events goes to a queue, a bus or a bucket of somebody's, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.events.cursor import Cursor
from shared.forwarders.targets import Targets

if TYPE_CHECKING:
    from shared.events.telling import PublicEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarder:
    """As it was made; it is never changed."""

    id: str
    key_id: str
    session_uid: str | None = None
    """Only events of this session; None: of all of the key."""
    events: tuple[str, ...] = ("*",)
    """Types of events, `family.*` or `*`."""
    targets: Targets
    credentials: str = field(default="", repr=False)
    """JSON, sealed for `about`; empty: the host's own."""
    created_at: int
    """Milliseconds since 1970."""

    @property
    def about(self) -> str:
        """What its credentials are sealed for."""
        return f"forwarder {self.key_id} {self.id}"

    def wants(self, event: PublicEvent) -> bool:
        """Whether the event, one of its key and session, goes there."""
        from shared.webhooks.wanting import means  # noqa: PLC0415 - it brings all events, for the API too

        return means(self.events, event.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a forwarder is in the log."""

    cursor: Cursor
    """Every event up to there is where it was to go."""
    epoch: int = 0
    """Rises when somebody takes it: whoever had it before writes it no more."""
    forwarded: int = 0
    """Events, ever."""
    succeeded_at: int | None = None
    """Milliseconds since 1970, as everywhere here."""
    failing_since: int | None = None
    """Since when nothing is taken; None: it goes on."""
    trouble: str = ""
    """Why, as it was said last."""
    lost_at: int | None = None
    """When the log had dropped events last that were not forwarded yet."""
