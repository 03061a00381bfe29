"""Webhooks and deliveries as their owner sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from functions.services import Services
from functions.webhooks.schemas import (
    AttemptPart,
    CountsPart,
    DeliveryPart,
    WebhookPart,
    WebhookWithCounts,
    WebhookWithSecret,
)
from shared.events.cursor import Cursor
from shared.ids import now_ms
from shared.tenants.model import ApiKey
from shared.webhooks.model import Attempt, Delivery, Place, Webhook
from shared.webhooks.schedule import DISABLED_AFTER


async def all_shown(serving: Services, key: ApiKey) -> list[WebhookPart]:
    """Every webhook of a key."""
    webhooks = await serving.webhooks.of_key(key.id)
    places = await serving.deliveries.places([webhook.id for webhook in webhooks])
    names = await names_of(serving, key) if webhooks else {}
    return [WebhookPart.model_validate(_fields(serving, each, places.get(each.id), names)) for each in webhooks]


async def shown(serving: Services, key: ApiKey, webhook: Webhook) -> WebhookWithCounts:
    """One, with what is open."""
    counts = await serving.deliveries.counts(webhook.id)
    replays = await serving.deliveries.replays(webhook.id)
    open_now = CountsPart(pending=counts.pending, given_up=counts.given_up, replays=len(replays))
    return WebhookWithCounts.model_validate({**await _alone(serving, key, webhook), "counts": open_now})


async def shown_with_secret(serving: Services, key: ApiKey, webhook: Webhook, secret: str) -> WebhookWithSecret:
    """One, with its secret."""
    return WebhookWithSecret.model_validate({**await _alone(serving, key, webhook), "secret": secret})


async def names_of(serving: Services, key: ApiKey) -> dict[str, str]:
    """The names of a key's sessions, by their uids."""
    return {session.uid: session.name for session in await serving.session_rows.all(key)}


def delivery_shown(delivery: Delivery, names: Mapping[str, str]) -> DeliveryPart:
    """What became of an event."""
    return DeliveryPart(
        event_id=delivery.event_id,
        type=delivery.type,
        session_id=names.get(delivery.session_uid),
        status=delivery.state.value,
        first_at=delivery.first_at,
        next_at=delivery.next_at,
        attempt_count=delivery.attempts,
        attempts=[attempt_shown(attempt) for attempt in delivery.tries],
        test=delivery.test or None,
    )


def attempt_shown(attempt: Attempt) -> AttemptPart:
    """One request."""
    return AttemptPart(at=attempt.at, took=attempt.took, status=attempt.status, answer=attempt.answer)


async def _alone(serving: Services, key: ApiKey, webhook: Webhook) -> dict[str, Any]:
    places = await serving.deliveries.places([webhook.id])
    names = {} if webhook.session_uid is None else await names_of(serving, key)
    return _fields(serving, webhook, places.get(webhook.id), names)


def _fields(serving: Services, webhook: Webhook, place: Place | None, names: Mapping[str, str]) -> dict[str, Any]:
    place = place or Place(subscription_id=webhook.id, cursor=Cursor(0, 0, 0))
    failing_since = place.failing_since
    sealed = serving.sealer.open(webhook.headers, webhook.about) if webhook.headers else b"{}"
    return {
        "id": webhook.id,
        "url": webhook.url,
        "test_url": webhook.test_url,
        "events": list(webhook.events),
        "session_id": names.get(webhook.session_uid or ""),
        "chats": list(webhook.chats),
        "direction": webhook.direction,
        "header_names": list(orjson.loads(sealed)),
        "ordered": webhook.ordered,
        "format": webhook.format,
        "created_at": webhook.created_at,
        "state": "enabled" if webhook.disabled is None else "disabled",
        "reason": webhook.disabled and webhook.disabled.reason,
        "disabled_at": webhook.disabled and webhook.disabled.at,
        "last_success_at": place.succeeded_at,
        "failing_since": failing_since,
        "will_be_disabled_at": (failing_since and webhook.disabled is None and failing_since + DISABLED_AFTER) or None,
        "delivered": place.delivered,
        "old_secrets_until": [each.until for each in webhook.secrets if (each.until or 0) > now_ms()],
    }
