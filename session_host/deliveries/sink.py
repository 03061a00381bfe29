"""Where events are delivered to, one by one: a port, of which a webhook is the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shared.events.telling import PublicEvent
from shared.webhooks.model import Delivery
from shared.webhooks.schedule import Verdict


@dataclass(frozen=True, slots=True)
class Parcel:
    """An event on its way to one subscription."""

    event_id: str
    """The same at every attempt: by it the other side knows what comes twice."""
    type: str
    session_uid: str
    log: int
    position: int
    body: bytes
    """JSON (`shared.events.telling`)."""
    earlier: Delivery | None = None
    """What is known of the attempts before."""


def parcel_of(event: PublicEvent, log: int, earlier: Delivery | None = None) -> Parcel:
    """An event of a log, to be delivered."""
    return Parcel(event.id, event.type, event.session_uid, log, event.position, event.body, earlier)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    verdict: Verdict
    status: int | None = None
    answer: str = ""
    """How the answer began, or why there was none."""
    throttles: bool = False
    """Whether the other side has too much to do."""
    retry_after: float | None = None
    """Seconds in which it wants nothing."""


class Sink(Protocol):
    """Takes events of one subscription."""

    @property
    def at_once(self) -> int:
        """How many attempts it takes at the same time."""
        ...

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Deliver it. Ends within about 15 s, and raises nothing that can be expected.

        What was delivered although nobody knows is delivered again, with the same id.
        """
        ...
