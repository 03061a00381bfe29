"""Webhooks, and what was delivered to them."""

from __future__ import annotations

from shared.errors.base import WagateError


class WebhookNotFound(WagateError):
    code, status = "WEBHOOK_NOT_FOUND", 404
    meaning = "This key has no such webhook."
    remedy = "List the key's webhooks with GET /api/webhooks."


class WebhookLimit(WagateError):
    code, status = "WEBHOOK_LIMIT", 409
    meaning = "This key has as many webhooks as it may have."
    remedy = "Delete one with DELETE /api/webhooks/{id}, or let one serve several sessions."


class DeliveryNotFound(WagateError):
    code, status = "DELIVERY_NOT_FOUND", 404
    meaning = "This webhook has no delivery of that event, or it is too old."
    remedy = "GET /api/webhooks/{id}/deliveries lists its deliveries. POST .../replay sends events from the log again."


class UrlRefused(WagateError):
    code, status = "URL_REFUSED", 422
    meaning = "The gateway sends nothing to this address: it is in a private network, or does not exist."
    remedy = (
        "Give an address that the internet can reach. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW."
    )
