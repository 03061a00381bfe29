"""Answers of the routes about webhooks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from functions.http.answers import Answer, Optional, Part
from functions.http.moments import Moment


class CountsPart(Part):
    """What did not succeed, of the last seven days; more than 1,000 are not counted."""

    pending: int = Field(description="Events that are tried again.")
    given_up: int = Field(description="Events that failed too often.")
    replays: int = Field(description="Replays that are under way.")


class WebhookPart(Part):
    """A webhook. Its secret and the values of its headers are shown by nothing."""

    id: str
    url: str
    test_url: Optional[str] = None
    events: list[str]
    session_id: Optional[str] = Field(
        default=None, description="The name of its session; missing: all sessions of the key."
    )
    chats: list[str]
    direction: Optional[Literal["in", "out"]] = None
    header_names: list[str]
    ordered: bool
    format: str
    created_at: Moment
    state: Literal["enabled", "disabled"]
    reason: Optional[str] = Field(
        default=None,
        description="Why it is disabled: `failing` (nothing but failures for 5 days), `gone` (it answered 410) or "
        "`owner`.",
    )
    disabled_at: Optional[Moment] = None
    last_success_at: Optional[Moment] = None
    failing_since: Optional[Moment] = Field(default=None, description="Since when every attempt failed.")
    will_be_disabled_at: Optional[Moment] = Field(default=None, description="When it is disabled if this goes on.")
    delivered: int = Field(description="All events that it ever accepted.")
    old_secrets_until: list[Moment] = Field(description="Until when older secrets also sign.")


class WebhookWithCounts(WebhookPart):
    """A webhook, and what is open."""

    counts: CountsPart


class WebhookWithSecret(WebhookPart):
    """A webhook with its secret."""

    secret: str = Field(description="The secret that signs its requests. It is shown only this once.", repr=False)


class WebhookAnswer(Answer):
    """A webhook."""

    webhook: WebhookWithCounts


class SecretAnswer(Answer):
    """A webhook with its secret."""

    webhook: WebhookWithSecret


class WebhooksAnswer(Answer):
    """All of a key, oldest first."""

    webhooks: list[WebhookPart]


class EnabledAnswer(Answer):
    """It is enabled."""

    webhook: WebhookWithCounts
    incomplete: bool = Field(
        description="Whether some of what it missed is lost: the log keeps events for WAGATE_EVENTS_MAX_AGE."
    )


class AttemptPart(Part):
    """One request."""

    at: Moment
    took: int = Field(description="Milliseconds.")
    status: int | None = Field(description="The status of the answer; null: there was none.")
    answer: str = Field(description="The beginning of the answer, at most 200 characters; or why there was none.")


class DeliveryPart(Part):
    """An event, and what became of it at this webhook."""

    event_id: str
    type: str
    session_id: Optional[str] = None
    status: Literal["pending", "delivered", "given_up", "skipped"]
    first_at: Moment
    next_at: Optional[Moment] = Field(default=None, description="When the next attempt is.")
    attempt_count: int
    attempts: list[AttemptPart] = Field(description="The last 10, oldest first.")
    test: Optional[Literal[True]] = None


class DeliveriesAnswer(Answer):
    """Those of the newest events first."""

    deliveries: list[DeliveryPart]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last page.")


class RedeliveryAnswer(Answer):
    """It is tried at once."""

    delivery: DeliveryPart


class TestAnswer(Answer):
    """What the address made of a test event."""

    event_id: str
    url: str
    delivered: bool = Field(description="Whether it answered with 2xx.")
    attempt: AttemptPart


class ReplayAnswer(Answer):
    """How many events it is, or would be."""

    count: int
    complete: bool = Field(description="Whether all were counted: counting ends after 5 s.")
    replay_id: str | None = Field(description="Null for a dry run, or if there is nothing.")
