"""What WhatsApp did not do."""

from __future__ import annotations

from shared.errors.base import WagateError


class Disconnected(WagateError):
    code, status = "WA_DISCONNECTED", 503
    meaning = "The session is not connected to WhatsApp. Nothing was sent or queued."
    remedy = "See 'connectionStatus'. If it says so, scan a new QR code: GET /api/qr. Or send with \"queue\": true."


class Unreachable(WagateError):
    code, status = "WA_UNREACHABLE", 503
    meaning = "WhatsApp cannot be reached from this host."
    remedy = "Check that this host can open https://web.whatsapp.com. The session connects by itself as soon as it can."


class WhatsAppSilent(WagateError):
    code, status = "WA_NO_ANSWER", 503
    meaning = "WhatsApp did not answer."
    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class WhatsAppRefused(WagateError):
    code, status = "WA_REFUSED", 502
    meaning = "WhatsApp refused the request."
    remedy = "Its number is in 'waCode': docs/errors.md explains each, below the codes. Nothing was sent."


class NotSupported(WagateError):
    code, status = "NOT_SUPPORTED", 501
    meaning = "WhatsApp can do this, but the client library of the gateway cannot."
    remedy = "docs/not-supported.md has the reason, and what to do instead. Nothing was done."


class RateLimited(WagateError):
    code, status = "WA_RATE_LIMITED", 429
    meaning = "WhatsApp limits how often this number may ask or send. It refuses for now."
    remedy = "Nothing was sent. Wait 'Retry-After' seconds, then go on more slowly."
