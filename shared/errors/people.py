"""People, and what a number shows of itself."""

from __future__ import annotations

from shared.errors.base import WagateError


class NotABusiness(WagateError):
    code, status = "NOT_A_BUSINESS", 404
    meaning = "The number is no business's on WhatsApp, as far as it shows."
    remedy = "Ask GET /api/contacts/{number} for what a person shows of themselves."


class NoPushName(WagateError):
    code, status = "NO_PUSH_NAME", 409
    meaning = "The session does not know yet what its number calls itself, which WhatsApp wants of who is there."
    remedy = "The phone tells it soon after pairing: try again then, or set a name on the phone. Nothing was done."


class NoAppState(WagateError):
    code, status = "NO_APP_STATE", 409
    meaning = "The phone has not given this session the keys of its settings, so they cannot be changed from here."
    remedy = "It gives them soon after pairing: have the phone online and try again, or pair anew. Nothing was done."


class ContactLinkInvalid(WagateError):
    code, status = "CONTACT_LINK_INVALID", 404
    meaning = "Nobody on WhatsApp has that link, or not any more."
    remedy = "Ask its owner for the link anew. It looks like https://wa.me/qr/ABCDEFGHIJKLMN."
