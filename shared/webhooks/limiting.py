"""Webhooks see what their key sees: its limits lie with each of them, where whoever delivers finds them."""

from __future__ import annotations

from dataclasses import replace

from shared.tenants.model import ApiKey
from shared.webhooks.model import Webhook
from shared.webhooks.ports import Webhooks


async def limit_all(webhooks: Webhooks, key: ApiKey) -> bool:
    """Give the webhooks of a key its limits; whether one had others. May be repeated. Raises StoreUnavailable."""
    changed = [await limit(webhooks, key, each) for each in await webhooks.of_key(key.id)]
    return any(changed)


async def limit(webhooks: Webhooks, key: ApiKey, webhook: Webhook | None) -> bool:
    """Give one of them its key's limits; whether it had others."""
    while webhook is not None and webhook.limits != key.limits:
        if await webhooks.replace(replace(webhook, limits=key.limits)):
            return True
        webhook = await webhooks.get(key.id, webhook.id)
    return False
