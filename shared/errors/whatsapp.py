"""What WhatsApp did not do."""

from __future__ import annotations

from shared.errors.base import WagateError


class Disconnected(WagateError):
    code, status = "WA_DISCONNECTED", 503
    meaning = "The session is not connected to WhatsApp, nothing was sent or queued."
    remedy = "See 'connectionStatus'; scan a new QR at GET /api/qr if it says so, or send with \"queue\": true."


class Unreachable(WagateError):
    code, status = "WA_UNREACHABLE", 503
    meaning = "WhatsApp cannot be reached from this host."
    remedy = "Check that the host may open https://web.whatsapp.com; the session connects by itself when it can."


class WhatsAppSilent(WagateError):
    code, status = "WA_NO_ANSWER", 503
    meaning = "WhatsApp did not answer whether the number is there."
    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class WhatsAppRefused(WagateError):
    code, status = "WA_REFUSED", 502
    meaning = "WhatsApp refused the request."
    remedy = "It gives a number, 'waCode': see the table below the codes in docs/errors.md. Nothing was sent."


class NotSupported(WagateError):
    code, status = "NOT_SUPPORTED", 501
    meaning = "WhatsApp has this, and the client library that the gateway uses cannot do it."
    remedy = "See docs/not-supported.md for the reason and for what can be done instead. Nothing was done."


class RateLimited(WagateError):
    code, status = "WA_RATE_LIMITED", 429
    meaning = "WhatsApp limits how often this session's number may ask or send, and refuses for the moment."
    remedy = "Nothing was sent. Wait 'Retry-After' seconds, then go on more slowly."
