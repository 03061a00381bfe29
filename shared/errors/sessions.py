"""Sessions: their names, how many there may be, their pairings, and the shards that hold them."""

from __future__ import annotations

from shared.errors.base import WagateError


class BadSessionName(WagateError):
    code, status = "BAD_SESSION_NAME", 400
    meaning = "The session name is not allowed."
    remedy = "Use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or a digit."


class SessionNotFound(WagateError):
    code, status = "SESSION_NOT_FOUND", 404
    meaning = "This key has no session of that name."
    remedy = "List the key's sessions with GET /api/sessions; GET /api/qr creates one."


class SessionNameTaken(WagateError):
    code, status = "SESSION_NAME_TAKEN", 409
    meaning = "The key has another session of that name."
    remedy = "Use another name, or rename or delete that session first."


class SessionLimit(WagateError):
    code, status = "SESSION_LIMIT", 429
    meaning = "The key has as many sessions as it may have."
    remedy = "Delete one with DELETE /api/sessions/{name}, or ask the administrator to raise the key's 'maxSessions'."


class TooManyNewSessions(WagateError):
    code, status = "TOO_MANY_NEW_SESSIONS", 429
    meaning = "The key makes new sessions faster than it may."
    remedy = "Wait 'Retry-After' seconds; sessions that are there are not affected."


class TooManyLogins(WagateError):
    code, status = "TOO_MANY_LOGINS", 429
    meaning = "The key has as many sessions waiting for a phone as it may have at once; this one was stopped."
    remedy = "Scan, pair or delete some of them, or ask again after 'Retry-After' seconds."


class SessionAlreadyConnected(WagateError):
    code, status = "SESSION_ALREADY_CONNECTED", 409
    meaning = "The session is connected to a number already."
    remedy = "Log it out first with POST /api/sessions/{name}/logout, or use another session name."


class SessionNotPaired(WagateError):
    code, status = "SESSION_NOT_PAIRED", 409
    meaning = "The session has no pairing."
    remedy = "Pair it first: GET /api/qr."


class UnlinkPending(WagateError):
    code, status = "UNLINK_PENDING", 409
    meaning = "The session was logged out, and its phone still has the device: WhatsApp could not be told yet."
    remedy = (
        "On the phone: WhatsApp, Linked devices, choose the device, Log out; then ask again. "
        "Or delete the session: its name is free at once."
    )


class AuthFileInvalid(WagateError):
    code, status = "AUTH_FILE_INVALID", 422
    meaning = "The exported pairing cannot be opened."
    remedy = "Check the passphrase, and that the whole file was sent."


class ExportTooLarge(WagateError):
    code, status = "EXPORT_TOO_LARGE", 422
    meaning = "The pairing is too large to be exported as one file."
    remedy = "Move it with the gateway's data instead (docs/session-host.md, Where the pairing is kept)."


class HostNotFound(WagateError):
    code, status = "HOST_NOT_FOUND", 404
    meaning = "There is no living session host of that name."
    remedy = "List the hosts and their shards with GET /api/admin/hosts."


class ShardTakesNone(WagateError):
    code, status = "SHARD_TAKES_NONE", 409
    meaning = "That shard takes no session: it is draining or has no room."
    remedy = "Choose another from GET /api/admin/hosts, or leave 'to' out."


class ProxyRefused(WagateError):
    code, status = "PROXY_REFUSED", 422
    meaning = "The gateway does not connect to that proxy."
    remedy = "Use one at a public address; who runs the gateway allows others with WAGATE_URL_ALLOW."
