"""What became of a webhook that cannot be delivered to."""

from __future__ import annotations

from typing import Literal

from shared.contracts.event import Event


class WebhookFails(Event):
    """Nothing was taken for a part of the time after which it is disabled."""

    kind: Literal["webhook_fails"] = "webhook_fails"
    id: str
    url: str
    failing_since: int
    """Milliseconds since 1970."""
    percent: int
    """Of the time after which it is disabled."""
    disabled_at: int
    """When that is over; milliseconds since 1970."""
    last_answer: str | None = None
    """The status, or why there was none."""


class WebhookMissed(Event):
    """The log dropped events before they were delivered."""

    kind: Literal["webhook_missed"] = "webhook_missed"
    id: str
    url: str
    since: int
    """Up to when it has everything; milliseconds since 1970."""


class WebhookDisabled(Event):
    """Nothing is delivered to it any more."""

    kind: Literal["webhook_disabled"] = "webhook_disabled"
    id: str
    url: str
    reason: str
    failing_since: int | None = None
    """Milliseconds since 1970."""
    last_answer: str | None = None
    """The status, or why there was none."""
