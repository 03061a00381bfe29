"""Disabling a webhook, whatever its owner changes at the same moment."""

from __future__ import annotations

from dataclasses import replace

from shared.webhooks.model import Disabled
from shared.webhooks.ports import Webhooks


async def disable(webhooks: Webhooks, key_id: str, webhook_id: str, disabled: Disabled) -> bool:
    """Have it be told nothing more; whether this call did it, and not one before."""
    while True:
        webhook = await webhooks.get(key_id, webhook_id)
        if webhook is None or webhook.disabled is not None:
            return False
        if await webhooks.replace(replace(webhook, disabled=disabled)):
            return True
