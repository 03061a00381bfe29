"""Webhooks go with what they are of, and what waits for them goes first: a crash leaves nothing behind."""

from __future__ import annotations

from shared.webhooks.model import Webhook
from shared.webhooks.ports import Deliveries, Webhooks


async def forget(webhooks: Webhooks, deliveries: Deliveries, webhook: Webhook) -> None:
    """Remove a webhook. May be repeated."""
    await deliveries.forget(webhook.id)
    await webhooks.delete(webhook.key_id, webhook.id)
    await deliveries.forget(webhook.id)  # whoever delivered it may have stored something in between


async def forget_of_key(webhooks: Webhooks, deliveries: Deliveries, key_id: str) -> None:
    """Remove all webhooks of a key. May be repeated."""
    for webhook in await webhooks.of_key(key_id):
        await forget(webhooks, deliveries, webhook)


async def forget_of_session(webhooks: Webhooks, deliveries: Deliveries, key_id: str, uid: str) -> None:
    """Remove the webhooks of a session, and what waits of it for others of its key. May be repeated."""
    for webhook in await webhooks.of_key(key_id):
        if webhook.session_uid == uid:
            await forget(webhooks, deliveries, webhook)
        else:
            await deliveries.forget(webhook.id, uid)
