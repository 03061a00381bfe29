"""Webhooks: who is told of which events, how far each of them is, and what became of every event that it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from shared.events.cursor import Cursor
from shared.tenants.limits import NO_LIMITS, Limits

Direction = Literal["in", "out"]
KEPT_FOR_MS = 7 * 86_400_000
"""How long a delivery is kept after it was taken up first."""
AT_MOST = 1000
"""Deliveries of a state that are counted."""
KEPT_ATTEMPTS = 10
"""Attempts of a delivery that are kept, the last ones."""
ANSWER_SHOWN = 200
"""Characters of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Disabled:
    """Why a subscription is told nothing, and since when; milliseconds since 1970."""

    reason: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """What everybody has who is told of events by the gateway itself."""

    id: str
    key_id: str
    session_uid: str | None = None
    """Only events of this session; None: of all of the key."""
    events: tuple[str, ...] = ("*",)
    """Types of events, `family.*` or `*`."""
    chats: tuple[str, ...] = ()
    """Of what happens in chats only what happens in these; empty: in all."""
    direction: Direction | None = None
    """Of messages only those that come in, or that go out."""
    ordered: bool = False
    """Whether an event waits until those before it of its session are delivered, or given up."""
    created_at: int
    version: int = 0
    """Rises with every change."""
    disabled: Disabled | None = None
    limits: Limits = NO_LIMITS
    """Of its key."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What deliveries are signed with."""

    sealed: str
    """The text `whsec_…`, sealed for `about` of its webhook."""
    until: int | None = None
    """When it ends, after another one took its place; milliseconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Subscription):
    """An address that events are sent to by POST."""

    url: str
    test_url: str | None = None
    """Where test events go; None: to the same address."""
    format: str = "wagate"
    headers: str = field(default="", repr=False)
    """Further headers of every request, as a JSON object, sealed for `about`; empty: none."""
    secrets: tuple[Secret, ...] = field(default=(), repr=False)
    """The newest first. All that have not ended sign."""

    @property
    def about(self) -> str:
        """What its secrets are sealed for: nobody can put them into another one."""
        return f"{self.key_id}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a subscription is in the log, and how that goes."""

    subscription_id: str
    cursor: Cursor
    """Every event up to there is delivered, or has its row."""
    epoch: int = 0
    """Rises when somebody takes it: whoever had it before writes it no more."""
    failing_since: int | None = None
    """When it failed first of all times since it last succeeded; milliseconds since 1970, like `succeeded_at`."""
    succeeded_at: int | None = None
    warned: int = 0
    """Per cent of the time until it is disabled of which its owner was told."""
    delivered: int = 0
    """Events, ever."""
    failed: int = 0
    """Events that were given up, ever."""


class DeliveryState(StrEnum):
    """What became of an event for one subscription."""

    PENDING = "pending"
    """It is tried again at `next_at`."""
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    """It failed too often, or the endpoint does not want it."""
    SKIPPED = "skipped"
    """It waited when its owner said that what waits is not to be sent."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request."""

    at: int
    """When it began; milliseconds since 1970."""
    took: int
    """Milliseconds."""
    status: int | None = None
    """Of the HTTP answer; None: there was none."""
    answer: str = field(default="", repr=False)
    """How the answer began, or why there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event for one subscription, and what became of it."""

    subscription_id: str
    event_id: str
    """The same for the same event; sorts by the time it happened."""
    session_uid: str
    type: str
    log: int
    """`LogState.made_at` of the log that it stands in."""
    position: int
    """Its place there."""
    state: DeliveryState
    next_at: int | None = None
    """When it is tried next, while it is pending; milliseconds since 1970, like `first_at`."""
    first_at: int
    """When it was taken up first."""
    attempts: int = 0
    tries: tuple[Attempt, ...] = ()
    """The last `KEPT_ATTEMPTS` of them, oldest first."""
    body: bytes | None = field(default=None, repr=False)
    """The event as JSON, while it is not delivered; None: it is to be read from the log."""
    test: bool = False
    """Not something that happened: somebody tried the address."""
    waited: bool = False
    """It was pending at some time, or is delivered once more. Most never are, and are kept more cheaply."""

    def __post_init__(self) -> None:
        """Raises ValueError for one that is pending without a time, or did not wait."""
        pending = self.state is DeliveryState.PENDING
        if pending != (self.next_at is not None) or (pending and not self.waited):
            raise ValueError("what is pending, and only that, has a time; and it waits")


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, those of the newest events first, without their bodies."""

    deliveries: list[Delivery]
    next: str | None
    """What to ask for behind it; None at the end."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many deliveries wait, and how many were given up; no more than `AT_MOST` are counted."""

    pending: int
    given_up: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Events that are to be delivered once more: a piece of the log, or of it what was given up."""

    subscription_id: str
    id: str
    """Sorts by the time it was asked for."""
    log: int
    position: int
    """Everything up to there is done."""
    until: int
    """The last position that belongs to it."""
    missed_only: bool = False
    """Only what was given up."""
    made_at: int
    """Milliseconds since 1970."""

    @property
    def done(self) -> bool:
        """Whether nothing of it is left."""
        return self.position >= self.until
