"""Webhooks of a key: made, found, changed, removed. Every function may be called for any key that was authenticated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from functions.services import Services
from functions.webhooks.bodies import ChangeWebhookBody, WebhookBody
from functions.webhooks.choosing import chats_of, check_url, new_secret, sealed_headers, session_uid
from shared.contracts.subjects import DELIVERIES_CHANGED
from shared.errors import WebhookLimit, WebhookNotFound
from shared.events.reading import LATEST
from shared.ids import new_webhook_id, now_ms
from shared.tenants.model import ApiKey
from shared.webhooks.forgetting import forget
from shared.webhooks.limiting import limit
from shared.webhooks.model import Disabled, Place, Secret, Webhook

OWNER = "owner"
"""Why a webhook is disabled that its owner disabled."""


async def make(serving: Services, key: ApiKey, body: WebhookBody) -> tuple[Webhook, str]:
    """A new webhook, told of what happens from now on, and its secret.

    Raises:
        UrlRefused, SessionNotFound, BadSessionName, NumberInvalid: what is given is not good.
        WebhookLimit: see there.
        SecretsKeyMissing: see there.
        BusUnavailable: nobody knows where the log of events is now.
    """
    for url in filter(None, (body.url, body.test_url)):
        await check_url(url, serving)
    secret = body.secret or new_secret()
    webhook = Webhook(
        id=new_webhook_id(),
        key_id=key.id,
        session_uid=await session_uid(serving, key, body.session_id),
        events=tuple(dict.fromkeys(body.events)),
        chats=chats_of(body.chats, key),
        direction=body.direction,
        ordered=body.ordered,
        created_at=now_ms(),
        url=body.url,
        test_url=body.test_url,
        format=body.format,
        limits=key.limits,
    )
    webhook = replace(
        webhook,
        headers=sealed_headers(body.headers, serving, webhook.about),
        secrets=(Secret(serving.sealer.seal(secret.encode(), webhook.about)),),
    )
    cursor = await serving.reading.begin(key.id, LATEST)
    await serving.deliveries.begin(Place(subscription_id=webhook.id, cursor=cursor))
    if not await serving.webhooks.add(webhook, at_most=serving.webhooks_per_key):
        await serving.deliveries.forget(webhook.id)
        raise WebhookLimit(f"This key has {serving.webhooks_per_key} webhooks. {WebhookLimit.remedy}")
    stored = await serving.keys.get(key.id)  # which another process may have limited meanwhile
    if stored is not None:
        await limit(serving.webhooks, stored, webhook)
    await serving.bus.ring(DELIVERIES_CHANGED)
    return webhook, secret


async def found(serving: Services, key: ApiKey, webhook_id: str) -> Webhook:
    """The key's webhook with this id. Raises WebhookNotFound."""
    webhook = await serving.webhooks.get(key.id, webhook_id)
    if webhook is None:
        raise WebhookNotFound
    return webhook


async def change(serving: Services, key: ApiKey, webhook_id: str, body: ChangeWebhookBody) -> Webhook:
    """The webhook with what is given being otherwise.

    Raises:
        WebhookNotFound: see there.
        WagateError: what `make` raises of what is given.
    """
    given = body.model_fields_set
    for url in filter(None, (body.url, body.test_url)):
        await check_url(url, serving)
    changes: dict[str, object] = {
        name: getattr(body, name) for name in ("url", "test_url", "direction", "ordered") if name in given
    }
    if "events" in given:
        changes["events"] = tuple(dict.fromkeys(body.events))
    if "chats" in given:
        changes["chats"] = chats_of(body.chats, key)
    if "session_id" in given:
        changes["session_uid"] = await session_uid(serving, key, body.session_id)

    async def changed(webhook: Webhook) -> Webhook:
        after = replace(webhook, **changes)  # pyright: ignore[reportArgumentType] - fields of its own
        if "headers" in given:
            after = replace(after, headers=sealed_headers(body.headers, serving, webhook.about))
        if "enabled" in given and webhook.disabled is None:
            after = replace(after, disabled=Disabled(OWNER, now_ms()))
        return after

    return await changing(serving, key, webhook_id, changed)


async def changing(
    serving: Services, key: ApiKey, webhook_id: str, changed: Callable[[Webhook], Awaitable[Webhook]]
) -> Webhook:
    """The webhook after a change, made of what it is at the moment of the change. Raises WebhookNotFound."""
    while True:
        webhook = await changed(await found(serving, key, webhook_id))
        if await serving.webhooks.replace(webhook):
            await serving.bus.ring(DELIVERIES_CHANGED)
            return replace(webhook, version=webhook.version + 1)


async def remove(serving: Services, key: ApiKey, webhook_id: str) -> None:
    """Remove a webhook and what waits for it. Raises WebhookNotFound."""
    webhook = await found(serving, key, webhook_id)
    await forget(serving.webhooks, serving.deliveries, webhook)
    await serving.bus.ring(DELIVERIES_CHANGED)
