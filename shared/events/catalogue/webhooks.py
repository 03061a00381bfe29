"""Webhooks that cannot be delivered to. They are of none of the key's sessions."""

from __future__ import annotations

from shared.contracts.shape import Maybe, Shape
from shared.contracts.webhook_events import WebhookDisabled, WebhookFails, WebhookMissed
from shared.events.declaring import Declared, Told, tells

_SINCE = 1_795_953_600_000


class Failing(Shape):
    """How long it has been so. Times are milliseconds since 1970."""

    id: str
    url: str
    failing_since: int
    percent: int
    """How much of the time after which it is disabled has passed"""
    disabled_at: int
    """When that is over"""
    last_answer: Maybe[str] = None
    """The status, or why there was none"""


class Missed(Shape):
    """Which."""

    id: str
    url: str
    since: int
    """Up to when it has everything; milliseconds since 1970"""


class Disabled(Shape):
    """Why."""

    id: str
    url: str
    reason: str
    failing_since: Maybe[int] = None
    """Milliseconds since 1970"""
    last_answer: Maybe[str] = None
    """The status, or why there was none"""


FAILING = Declared(
    "webhook.failing",
    "A webhook has accepted nothing for half of the time after which it is disabled; and again after 70 and 90 "
    "per cent of that time.",
    Failing(
        id="wh_01m8kjt9kv6yfe1qvcvd072mx5",
        url="https://example.com/hook",
        failing_since=_SINCE,
        percent=50,
        disabled_at=_SINCE + 432_000_000,
        last_answer="503",
    ),
)
MISSED = Declared(
    "webhook.missed",
    "A webhook accepted nothing for so long that the log no longer has some of its events. Messages are still "
    "in the inbox.",
    Missed(id="wh_01m8kjt9kv6yfe1qvcvd072mx5", url="https://example.com/hook", since=_SINCE),
)
DISABLED = Declared(
    "webhook.disabled",
    "A webhook accepted nothing for 5 days, or answered that it is gone. It gets nothing until it is enabled again.",
    Disabled(
        id="wh_01m8kjt9kv6yfe1qvcvd072mx5",
        url="https://example.com/hook",
        reason="failing",
        failing_since=_SINCE,
        last_answer="503",
    ),
)


@tells(WebhookFails)
def fails(event: WebhookFails) -> Told:
    """As it is."""
    return FAILING.of(Failing.model_validate(event.model_dump(exclude={"kind", "at"})))


@tells(WebhookMissed)
def missed(event: WebhookMissed) -> Told:
    """As it is."""
    return MISSED.of(Missed.model_validate(event.model_dump(exclude={"kind", "at"})))


@tells(WebhookDisabled)
def disabled(event: WebhookDisabled) -> Told:
    """As it is."""
    return DISABLED.of(Disabled.model_validate(event.model_dump(exclude={"kind", "at"})))
