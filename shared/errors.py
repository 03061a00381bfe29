"""The catalogue of errors: every code a caller can ever see, with its HTTP status, meaning and remedy.

The page `docs/errors.md` is generated from these classes, and an error that crosses NATS is rebuilt from its code.
"""

from __future__ import annotations

from typing import Any, ClassVar


class WagateError(Exception):
    """An error a caller is told about.

    Attributes:
        code: the stable name a program branches on.
        status: the HTTP status that says the class of it.
        meaning: what happened, in general.
        remedy: what the caller does next.
        message: what happened this time, and what to do; falls back to meaning and remedy.
        retry_after: seconds after which trying again makes sense, or None when it never does by itself.
        inside: what only who runs the gateway may see (a path, the words of a cloud): in `str()`, for the log, and in
            no answer.
        details: JSON fields of this error, added to the answer.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    meaning: ClassVar[str]
    remedy: ClassVar[str]

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after: float | None = None,
        inside: object = None,
        **details: Any,  # noqa: ANN401 - JSON
    ) -> None:
        self.message = message or f"{self.meaning} {self.remedy}"
        self.inside = inside
        self.retry_after = retry_after
        self.details = details
        super().__init__(self.message if inside is None else f"{self.message} [{inside}]")


class BadRequest(WagateError):
    code, status = "BAD_REQUEST", 400
    meaning = "The request is malformed."
    remedy = "Correct the field that the answer names and send it again."


class BadSessionName(WagateError):
    code, status = "BAD_SESSION_NAME", 400
    meaning = "The session name is not allowed."
    remedy = "Use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or a digit."


class KeyMissing(WagateError):
    code, status = "KEY_MISSING", 401
    meaning = "No API key was given."
    remedy = "Send it in the header 'X-API-Key: wa_...' (never in the address)."


class KeyInvalid(WagateError):
    code, status = "KEY_INVALID", 403
    meaning = "This API key is not known here."
    remedy = "Check that the whole key was copied, or ask the administrator for a new one."


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


class AdminKeyMissing(WagateError):
    code, status = "ADMIN_KEY_MISSING", 401
    meaning = "No admin key was given."
    remedy = "Send it in the header 'X-Admin-Key'; on one machine it is in the file 'admin-key' of the data folder."


class AdminKeyInvalid(WagateError):
    code, status = "ADMIN_KEY_INVALID", 403
    meaning = "The admin key is wrong."
    remedy = "On one machine it is in the file 'admin-key' of the data folder."


class NotFound(WagateError):
    code, status = "NOT_FOUND", 404
    meaning = "There is no such address."
    remedy = "See the list of routes at /docs."


class SessionNotFound(WagateError):
    code, status = "SESSION_NOT_FOUND", 404
    meaning = "This key has no session of that name."
    remedy = "List the key's sessions with GET /api/sessions; GET /api/qr creates one."


class MessageNotFound(WagateError):
    code, status = "MESSAGE_NOT_FOUND", 404
    meaning = "This key sent no message with that id."
    remedy = "Use the 'id' that the send answered; messages are kept for 30 days."


class KeyNotFound(WagateError):
    code, status = "KEY_NOT_FOUND", 404
    meaning = "There is no such API key."
    remedy = "List the keys with GET /api/admin/apikeys."


class HostNotFound(WagateError):
    code, status = "HOST_NOT_FOUND", 404
    meaning = "There is no living session host of that name."
    remedy = "List the hosts and their shards with GET /api/admin/hosts."


class MethodNotAllowed(WagateError):
    code, status = "METHOD_NOT_ALLOWED", 405
    meaning = "This address does not take that method."
    remedy = "See the header 'Allow' of the answer and the list of routes at /docs."


class RequestTimeout(WagateError):
    code, status = "REQUEST_TIMEOUT", 408
    meaning = "The request did not arrive in time."
    remedy = "Send it again, on another connection."


class SessionAlreadyConnected(WagateError):
    code, status = "SESSION_ALREADY_CONNECTED", 409
    meaning = "The session is connected to a number already."
    remedy = "Log it out first with POST /api/sessions/{name}/logout, or use another session name."


class SessionNameTaken(WagateError):
    code, status = "SESSION_NAME_TAKEN", 409
    meaning = "The key has another session of that name."
    remedy = "Use another name, or rename or delete that session first."


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


class SendInFlight(WagateError):
    code, status = "SEND_IN_FLIGHT", 409
    meaning = "A send with this Idempotency-Key is still under way."
    remedy = "Repeat the same request after 'Retry-After' seconds, or ask GET /api/messages/{id}."


class ShardTakesNone(WagateError):
    code, status = "SHARD_TAKES_NONE", 409
    meaning = "That shard takes no session: it is draining or has no room."
    remedy = "Choose another from GET /api/admin/hosts, or leave 'to' out."


class BodyTooLarge(WagateError):
    code, status = "BODY_TOO_LARGE", 413
    meaning = "The request is larger than allowed."
    remedy = "Send less; the limit is in the answer."


class UnsupportedMediaType(WagateError):
    code, status = "UNSUPPORTED_MEDIA_TYPE", 415
    meaning = "The body is not JSON."
    remedy = "Send JSON with the header 'Content-Type: application/json'."


class NumberInvalid(WagateError):
    code, status = "NUMBER_INVALID", 422
    meaning = "That is not a phone number or WhatsApp address."
    remedy = "Write it with its country code, digits only: 628123456789."


class NumberNotOnWhatsApp(WagateError):
    code, status = "NUMBER_NOT_ON_WHATSAPP", 422
    meaning = "That number is not on WhatsApp."
    remedy = "Check the number with its owner; nothing was sent."


class TextTooLong(WagateError):
    code, status = "TEXT_TOO_LONG", 422
    meaning = "The text is longer than WhatsApp carries."
    remedy = "Split it; the limit is in the answer."


class IdempotencyKeyReused(WagateError):
    code, status = "IDEMPOTENCY_KEY_REUSED", 422
    meaning = "This Idempotency-Key was used with another body."
    remedy = "Use a new key for a new message; repeat the same body to repeat a request."


class AuthFileInvalid(WagateError):
    code, status = "AUTH_FILE_INVALID", 422
    meaning = "The exported pairing cannot be opened."
    remedy = "Check the passphrase, and that the whole file was sent."


class ExportTooLarge(WagateError):
    code, status = "EXPORT_TOO_LARGE", 422
    meaning = "The pairing is too large to be exported as one file."
    remedy = "Move it with the gateway's data instead (docs/session-host.md, Where the pairing is kept)."


class SenderChanged(WagateError):
    code, status = "SENDER_CHANGED", 409
    meaning = "The session was linked to another number before this message went out; it was not sent."
    remedy = "Send it again if the number that the session has now may send it."


class HeadersTooLarge(WagateError):
    code, status = "HEADERS_TOO_LARGE", 431
    meaning = "Address and headers of the request have more than 64 KiB."
    remedy = "Send what is long in the body."


class TooManyConnections(WagateError):
    code, status = "TOO_MANY_CONNECTIONS", 429
    meaning = "Your address has more connections at work than the gateway allows."
    remedy = "Use fewer connections, and each for many requests, one after the other."


class TooManyRequests(WagateError):
    code, status = "TOO_MANY_REQUESTS", 429
    meaning = "Too many requests."
    remedy = "Wait 'Retry-After' seconds."


class SessionLimit(WagateError):
    code, status = "SESSION_LIMIT", 429
    meaning = "The key has as many sessions as it may have."
    remedy = "Delete one with DELETE /api/sessions/{name}, or ask the administrator to raise the key's 'maxSessions'."


class TooManyNewSessions(WagateError):
    code, status = "TOO_MANY_NEW_SESSIONS", 429
    meaning = "The key makes new sessions faster than it may."
    remedy = "Wait 'Retry-After' seconds; sessions that are there are not affected."


class QueueFull(WagateError):
    code, status = "QUEUE_FULL", 429
    meaning = "As many messages of this session wait to be sent as may wait; this one was not accepted."
    remedy = "Connect the session, so that they go out, or ask again after 'Retry-After' seconds."


class TooManyLogins(WagateError):
    code, status = "TOO_MANY_LOGINS", 429
    meaning = "The key has as many sessions waiting for a phone as it may have at once; this one was stopped."
    remedy = "Scan, pair or delete some of them, or ask again after 'Retry-After' seconds."


class RateLimited(WagateError):
    code, status = "WA_RATE_LIMITED", 429
    meaning = "WhatsApp limits how often this session's number may ask or send, and refuses for the moment."
    remedy = "Nothing was sent. Wait 'Retry-After' seconds, then go on more slowly."


class Internal(WagateError):
    code, status = "INTERNAL", 500
    meaning = "The gateway failed in a way it should not."
    remedy = "Repeat the request with the same Idempotency-Key, and report the requestId."


class WhatsAppRefused(WagateError):
    code, status = "WA_REFUSED", 502
    meaning = "WhatsApp refused the request."
    remedy = "It gives a number, 'waCode': see the table below the codes in docs/errors.md. Nothing was sent."


class WhatsAppSilent(WagateError):
    code, status = "WA_NO_ANSWER", 503
    meaning = "WhatsApp did not answer whether the number is there."
    remedy = "Nothing was sent. Try again after 'Retry-After' seconds."


class Disconnected(WagateError):
    code, status = "WA_DISCONNECTED", 503
    meaning = "The session is not connected to WhatsApp, nothing was sent or queued."
    remedy = "See 'connectionStatus'; scan a new QR at GET /api/qr if it says so, or send with \"queue\": true."


class Unreachable(WagateError):
    code, status = "WA_UNREACHABLE", 503
    meaning = "WhatsApp cannot be reached from this host."
    remedy = "Check that the host may open https://web.whatsapp.com; the session connects by itself when it can."


class NoHost(WagateError):
    code, status = "NO_HOST", 503
    meaning = "No session host has this session at the moment."
    remedy = "Try again after 'Retry-After' seconds; if it lasts, see that a session host runs ('wagate doctor')."


class StoreUnavailable(WagateError):
    code, status = "STORE_UNAVAILABLE", 503
    meaning = "The gateway's store does not answer, nothing was accepted."
    remedy = "Try again after 'Retry-After' seconds."


class BusUnavailable(WagateError):
    code, status = "BUS_UNAVAILABLE", 503
    meaning = "The gateway's message bus (NATS) does not answer."
    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class Overloaded(WagateError):
    code, status = "OVERLOADED", 503
    meaning = "The gateway has as much to do as it can hold, nothing was accepted."
    remedy = "Try again after 'Retry-After' seconds, with the same Idempotency-Key."


class SendUnknown(WagateError):
    code, status = "SEND_UNKNOWN", 504
    meaning = "The message was handed over, but whether WhatsApp took it cannot be known."
    remedy = "It is never sent again by itself; ask GET /api/messages/{id} later, a receipt may settle it."


class NotDecrypted(WagateError):
    code, status = "NOT_DECRYPTED", 504
    meaning = "A device of the recipient could not decrypt the message, and it cannot be sent there again."
    remedy = "Another device of the recipient may have it. Ask them, or send it as a new message."


class MessageExpired(WagateError):
    code, status = "MESSAGE_EXPIRED", 504
    meaning = "The message waited longer than its 'expiresIn' and was not sent."
    remedy = "Send it again when the session is connected."


CATALOGUE: dict[str, type[WagateError]] = {error.code: error for error in WagateError.__subclasses__()}
"""Every error by its code."""


def from_code(code: str, message: str, *, retry_after: float | None = None, details: dict[str, Any]) -> WagateError:
    """Rebuild an error that crossed the wire; a code of a newer version becomes `Internal`."""
    return CATALOGUE.get(code, Internal)(message, retry_after=retry_after, **details)
