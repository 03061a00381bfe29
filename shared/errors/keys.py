"""Who may ask: API keys and the admin key."""

from __future__ import annotations

from shared.errors.base import WagateError


class KeyMissing(WagateError):
    code, status = "KEY_MISSING", 401
    meaning = "No API key was given."
    remedy = "Send it in the header 'X-API-Key: wa_...', never in the address."


class KeyInvalid(WagateError):
    code, status = "KEY_INVALID", 403
    meaning = "This API key is unknown."
    remedy = "Check that you copied the whole key, or ask the administrator for a new one."


class KeyRevoked(WagateError):
    code, status = "KEY_REVOKED", 403
    meaning = "This API key was revoked."
    remedy = "Ask the administrator for a new one."


class KeyExpired(WagateError):
    code, status = "KEY_EXPIRED", 403
    meaning = "This API key has expired."
    remedy = "Ask the administrator for a new one."


class ScopeMissing(WagateError):
    code, status = "SCOPE_MISSING", 403
    meaning = "This API key may not do that."
    remedy = "Use a key that has the scope named in the answer."


class SecretReplaced(WagateError):
    code, status = "SECRET_REPLACED", 403
    meaning = "This secret of the API key was replaced, and its overlap time is over."
    remedy = "Use the new secret, or ask the administrator for another one."


class AddressNotAllowed(WagateError):
    code, status = "ADDRESS_NOT_ALLOWED", 403
    meaning = "This API key may not be used from this address."
    remedy = "Use it from an allowed address, or ask the administrator to allow this one."


class SessionNotAllowed(WagateError):
    code, status = "SESSION_NOT_ALLOWED", 403
    meaning = "This API key is limited to other sessions."
    remedy = "Use one of those in GET /api/key, or ask the administrator to change them."


class ChatNotAllowed(WagateError):
    code, status = "CHAT_NOT_ALLOWED", 403
    meaning = "This API key is limited to other chats."
    remedy = "Use one of those in GET /api/key, or ask the administrator to change them."


class RateExceeded(WagateError):
    code, status = "RATE_EXCEEDED", 429
    meaning = "This API key makes more requests than it may."
    remedy = "Wait 'Retry-After' seconds. The headers 'RateLimit' of every answer say how much is left."


class KeyNotFound(WagateError):
    code, status = "KEY_NOT_FOUND", 404
    meaning = "There is no such API key."
    remedy = "List the keys with GET /api/admin/apikeys."


class AdminKeyMissing(WagateError):
    code, status = "ADMIN_KEY_MISSING", 401
    meaning = "No admin key was given."
    remedy = "Send it in the header 'X-Admin-Key'. On one machine it is in the file 'admin-key' of the data folder."


class AdminKeyInvalid(WagateError):
    code, status = "ADMIN_KEY_INVALID", 403
    meaning = "The admin key is wrong."
    remedy = "On one machine it is in the file 'admin-key' of the data folder."
