"""Sessions: their names, how many there may be, their pairings, and the shards that hold them."""

from __future__ import annotations

from shared.errors.base import WagateError


class BadSessionName(WagateError):
    code, status = "BAD_SESSION_NAME", 400
    meaning = "A session cannot have this name."
    remedy = "Use 1 to 64 letters, digits, '.', '_' or '-'. Begin with a letter or a digit."


class SessionNotFound(WagateError):
    code, status = "SESSION_NOT_FOUND", 404
    meaning = "This key has no session with this name."
    remedy = "GET /api/sessions lists its sessions. GET /api/qr makes a new one."


class SessionNameTaken(WagateError):
    code, status = "SESSION_NAME_TAKEN", 409
    meaning = "This key has another session with this name."
    remedy = "Use another name, or rename or delete that session first."


class SessionLimit(WagateError):
    code, status = "SESSION_LIMIT", 429
    meaning = "This key has as many sessions as it may have."
    remedy = "Delete one with DELETE /api/sessions/{name}, or ask the administrator to raise the key's 'maxSessions'."


class TooManyNewSessions(WagateError):
    code, status = "TOO_MANY_NEW_SESSIONS", 429
    meaning = "This key makes new sessions too fast."
    remedy = "Wait 'Retry-After' seconds. Sessions that exist are not affected."


class TooManyLogins(WagateError):
    code, status = "TOO_MANY_LOGINS", 429
    meaning = "Too many sessions of this key wait for a phone. This session was stopped."
    remedy = "Scan, pair or delete some of them, or try again after 'Retry-After' seconds."


class SessionAlreadyConnected(WagateError):
    code, status = "SESSION_ALREADY_CONNECTED", 409
    meaning = "This session is already linked to a number."
    remedy = "Log it out first with POST /api/sessions/{name}/logout, or use another session name."


class SessionNotPaired(WagateError):
    code, status = "SESSION_NOT_PAIRED", 409
    meaning = "This session is not linked to a phone."
    remedy = "Link it first: GET /api/qr."


class UnlinkPending(WagateError):
    code, status = "UNLINK_PENDING", 409
    meaning = "The session was logged out, but WhatsApp has not been told yet: the phone still lists the device."
    remedy = (
        "On the phone, open WhatsApp, Linked devices, choose the device, Log out. Then ask again. "
        "Or delete the session: its name is free at once."
    )


class AuthFileInvalid(WagateError):
    code, status = "AUTH_FILE_INVALID", 422
    meaning = "The exported pairing cannot be opened."
    remedy = "Check the passphrase, and check that you sent the whole file."


class ExportTooLarge(WagateError):
    code, status = "EXPORT_TOO_LARGE", 422
    meaning = "The pairing is too large for one file."
    remedy = "Move it with the gateway's data instead (docs/session-host.md, Where the pairing is kept)."


class HostNotFound(WagateError):
    code, status = "HOST_NOT_FOUND", 404
    meaning = "No living session host has this name."
    remedy = "List the hosts and their shards with GET /api/admin/hosts."


class ShardTakesNone(WagateError):
    code, status = "SHARD_TAKES_NONE", 409
    meaning = "This shard takes no more sessions: it is draining, or it is full."
    remedy = "Choose another from GET /api/admin/hosts, or leave 'to' out."


class ProxyRefused(WagateError):
    code, status = "PROXY_REFUSED", 422
    meaning = "The gateway does not connect to that proxy."
    remedy = "Use a proxy at a public address. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW."
