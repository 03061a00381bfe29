"""People, and what a number shows of itself."""

from __future__ import annotations

from shared.errors.base import WagateError


class NotABusiness(WagateError):
    code, status = "NOT_A_BUSINESS", 404
    meaning = "WhatsApp does not show this number as a business."
    remedy = "GET /api/contacts/{number} tells what a person shows about themselves."


class NoPushName(WagateError):
    code, status = "NO_PUSH_NAME", 409
    meaning = "The session does not know its own display name yet, and WhatsApp needs it."
    remedy = "The phone tells it soon after pairing. Try again then, or set a name on the phone. Nothing was done."


class NoAppState(WagateError):
    code, status = "NO_APP_STATE", 409
    meaning = "The phone has not given this session the keys of its settings yet, so it cannot change them."
    remedy = "The phone gives them soon after pairing. Put it online and try again, or pair again. Nothing was done."


class ContactLinkInvalid(WagateError):
    code, status = "CONTACT_LINK_INVALID", 404
    meaning = "Nobody on WhatsApp has this link. It may have been replaced."
    remedy = "Ask its owner for the new one. It looks like https://wa.me/qr/ABCDEFGHIJKLMN."
