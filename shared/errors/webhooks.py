"""Webhooks, and what was delivered to them."""

from __future__ import annotations

from shared.errors.base import WagateError


class WebhookNotFound(WagateError):
    code, status = "WEBHOOK_NOT_FOUND", 404
    meaning = "This key has no such webhook."
    remedy = "List the key's webhooks with GET /api/webhooks."


class WebhookLimit(WagateError):
    code, status = "WEBHOOK_LIMIT", 409
    meaning = "The key has as many webhooks as it may have."
    remedy = "Delete one with DELETE /api/webhooks/{id}, or let one serve several sessions."


class DeliveryNotFound(WagateError):
    code, status = "DELIVERY_NOT_FOUND", 404
    meaning = "This webhook was told of no such event, or so long ago that it is not known any more."
    remedy = "List what it was told with GET /api/webhooks/{id}/deliveries; POST .../replay sends what is in the log."


class UrlRefused(WagateError):
    code, status = "URL_REFUSED", 422
    meaning = "Nothing is sent to that address: it is in a private network, or nowhere."
    remedy = (
        "Give one that can be reached from the internet. Who runs the gateway can allow others with WAGATE_URL_ALLOW."
    )
