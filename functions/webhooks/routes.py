"""Webhooks: addresses that are told of what happens."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromPath

from functions.families import Family
from functions.guards import Scope
from functions.http.answers import Message, answer
from functions.http.bodies import read
from functions.http.requests import HttpRequest, tenant
from functions.reference.described import Link
from functions.routing import route
from functions.services import services
from functions.webhooks import keeping
from functions.webhooks.bodies import ChangeWebhookBody, EnableBody, RotateBody, TestBody, WebhookBody
from functions.webhooks.delivery_routes import list_deliveries, redeliver_event, replay_events
from functions.webhooks.enabling import enable
from functions.webhooks.rotating import rotate
from functions.webhooks.schemas import EnabledAnswer, SecretAnswer, TestAnswer, WebhookAnswer, WebhooksAnswer
from functions.webhooks.shown import all_shown, shown, shown_with_secret
from functions.webhooks.trying import send_test
from shared.errors import (
    BadSessionName,
    BusUnavailable,
    NumberInvalid,
    SecretsKeyMissing,
    SecretUnreadable,
    SessionNotFound,
    UrlRefused,
    WebhookLimit,
    WebhookNotFound,
)

_CHOSEN = (UrlRefused, SessionNotFound, BadSessionName, NumberInvalid, SecretsKeyMissing)
_NOT_KEPT = {"Cache-Control": "no-store"}


@route(
    "POST",
    "/api/webhooks",
    scope=Scope.WEBHOOKS,
    body=WebhookBody,
    answers={200: SecretAnswer},
    errors=(*_CHOSEN, WebhookLimit, BusUnavailable),
    links=tuple(
        Link(name, {"webhook_id": "webhook.id"})
        for name in ("get_webhook", "change_webhook", "delete_webhook", "rotate_webhook_secret", "enable_webhook")
    ),
    chats="checked",
)
async def create_webhook(request: HttpRequest) -> Response[bytes]:
    """Make a webhook: what happens from now on is posted to its address. Its secret is shown this once."""
    body = await read(request, WebhookBody)
    serving, key = services(request), tenant(request)
    webhook, secret = await keeping.make(serving, key, body)
    return answer(SecretAnswer(webhook=await shown_with_secret(serving, key, webhook, secret)), headers=_NOT_KEPT)


@route(
    "GET",
    "/api/webhooks",
    scope=Scope.WEBHOOKS,
    answers={200: WebhooksAnswer},
    errors=(SecretUnreadable,),
    chats="checked",
)
async def list_webhooks(request: HttpRequest) -> Response[bytes]:
    """List the webhooks of the key, oldest first."""
    return answer(WebhooksAnswer(webhooks=await all_shown(services(request), tenant(request))))


@route(
    "GET",
    "/api/webhooks/{webhook_id:str}",
    scope=Scope.WEBHOOKS,
    answers={200: WebhookAnswer},
    errors=(WebhookNotFound, SecretUnreadable),
    chats="checked",
)
async def get_webhook(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Show a webhook: how it does, and what is open."""
    serving, key = services(request), tenant(request)
    return answer(WebhookAnswer(webhook=await shown(serving, key, await keeping.found(serving, key, webhook_id))))


@route(
    "PATCH",
    "/api/webhooks/{webhook_id:str}",
    scope=Scope.WEBHOOKS,
    body=ChangeWebhookBody,
    answers={200: WebhookAnswer},
    errors=(WebhookNotFound, *_CHOSEN, SecretUnreadable),
    chats="checked",
)
async def change_webhook(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Change what is given of a webhook. What waits for it stays, and goes to the new address."""
    body = await read(request, ChangeWebhookBody)
    serving, key = services(request), tenant(request)
    webhook = await keeping.change(serving, key, webhook_id, body)
    return answer(WebhookAnswer(webhook=await shown(serving, key, webhook)))


@route(
    "DELETE",
    "/api/webhooks/{webhook_id:str}",
    scope=Scope.WEBHOOKS,
    answers={200: Message},
    errors=(WebhookNotFound,),
    chats="checked",
)
async def delete_webhook(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Delete a webhook, with what waits for it."""
    await keeping.remove(services(request), tenant(request), webhook_id)
    return answer(Message(message="Webhook deleted successfully"))


@route(
    "POST",
    "/api/webhooks/{webhook_id:str}/rotate-secret",
    scope=Scope.WEBHOOKS,
    body=RotateBody,
    answers={200: SecretAnswer},
    errors=(WebhookNotFound, SecretsKeyMissing, SecretUnreadable),
    chats="checked",
)
async def rotate_webhook_secret(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Give a webhook another secret. The one before signs as well until `overlap` is over."""
    body = await read(request, RotateBody)
    serving, key = services(request), tenant(request)
    webhook, secret = await rotate(serving, key, webhook_id, body)
    return answer(SecretAnswer(webhook=await shown_with_secret(serving, key, webhook, secret)), headers=_NOT_KEPT)


@route(
    "POST",
    "/api/webhooks/{webhook_id:str}/enable",
    scope=Scope.WEBHOOKS,
    body=EnableBody,
    answers={200: EnabledAnswer},
    errors=(WebhookNotFound, BusUnavailable, SecretUnreadable),
    chats="checked",
)
async def enable_webhook(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Enable a webhook again, by default with everything that it missed."""
    body = await read(request, EnableBody)
    serving, key = services(request), tenant(request)
    webhook, incomplete = await enable(serving, key, webhook_id, send_missed=body.send_missed)
    return answer(EnabledAnswer(webhook=await shown(serving, key, webhook), incomplete=incomplete))


@route(
    "POST",
    "/api/webhooks/{webhook_id:str}/test",
    scope=Scope.WEBHOOKS,
    body=TestBody,
    answers={200: TestAnswer},
    errors=(WebhookNotFound, SecretsKeyMissing, SecretUnreadable),
    chats="checked",
)
async def test_webhook(request: HttpRequest, webhook_id: FromPath[str]) -> Response[bytes]:
    """Send a test event to the test address of a webhook, else to its address, and say what that answered.

    It is signed as all are, and has `"test": true` in its body and the header `webhook-test: true`.
    """
    body = await read(request, TestBody)
    return answer(await send_test(services(request), tenant(request), webhook_id, body.type))


FAMILY = Family(
    "webhooks",
    (
        create_webhook,
        list_webhooks,
        get_webhook,
        change_webhook,
        delete_webhook,
        rotate_webhook_secret,
        enable_webhook,
        test_webhook,
        list_deliveries,
        redeliver_event,
        replay_events,
    ),
)
