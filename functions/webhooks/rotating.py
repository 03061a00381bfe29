"""Another secret for a webhook, while the one before still counts."""

from __future__ import annotations

from dataclasses import replace

from functions.services import Services
from functions.webhooks.bodies import RotateBody
from functions.webhooks.choosing import new_secret
from functions.webhooks.keeping import changing
from shared.ids import now_ms
from shared.tenants.model import ApiKey
from shared.webhooks.model import Secret, Webhook

_KEPT = 3
"""Secrets that sign at the same time, at most."""


async def rotate(serving: Services, key: ApiKey, webhook_id: str, body: RotateBody) -> tuple[Webhook, str]:
    """The webhook with a new secret, and that; those before it sign as well until they end.

    Raises:
        WebhookNotFound: see there.
        SecretsKeyMissing: see there.
    """
    secret = body.secret or new_secret()

    async def rotated(webhook: Webhook) -> Webhook:
        now = now_ms()
        ends = now + body.overlap * 1000
        before = [replace(each, until=min(each.until or ends, ends)) for each in webhook.secrets]
        new = Secret(serving.sealer.seal(secret.encode(), webhook.about))
        return replace(webhook, secrets=(new, *(each for each in before if (each.until or 0) > now))[:_KEPT])

    return await changing(serving, key, webhook_id, rotated), secret
