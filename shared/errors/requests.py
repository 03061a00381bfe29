"""What is wrong with a request, whatever it asks for."""

from __future__ import annotations

from shared.errors.base import WagateError


class BadRequest(WagateError):
    code, status = "BAD_REQUEST", 400
    meaning = "The request is malformed."
    remedy = "Correct the field that the answer names, and send the request again."


class NotFound(WagateError):
    code, status = "NOT_FOUND", 404
    meaning = "There is nothing at this address."
    remedy = "See the list of routes at /docs."


class MethodNotAllowed(WagateError):
    code, status = "METHOD_NOT_ALLOWED", 405
    meaning = "This address does not accept this method."
    remedy = "The header 'Allow' of this answer lists those that it accepts. All routes are at /docs."


class RequestTimeout(WagateError):
    code, status = "REQUEST_TIMEOUT", 408
    meaning = "The request did not arrive in time."
    remedy = "Send it again on another connection."


class BodyTooLarge(WagateError):
    code, status = "BODY_TOO_LARGE", 413
    meaning = "The request is too large."
    remedy = "Send less. The limit is in the answer."


class UnsupportedMediaType(WagateError):
    code, status = "UNSUPPORTED_MEDIA_TYPE", 415
    meaning = "The body is not JSON."
    remedy = "Send JSON with the header 'Content-Type: application/json'."


class HeadersTooLarge(WagateError):
    code, status = "HEADERS_TOO_LARGE", 431
    meaning = "The address and the headers of the request are longer than 64 KiB."
    remedy = "Send long values in the body."


class TooManyRequests(WagateError):
    code, status = "TOO_MANY_REQUESTS", 429
    meaning = "Too many requests."
    remedy = "Wait 'Retry-After' seconds."


class TooManyConnections(WagateError):
    code, status = "TOO_MANY_CONNECTIONS", 429
    meaning = "Your address has too many open requests."
    remedy = "Use fewer connections, and send many requests on each, one after the other."


class FormNotOurs(WagateError):
    code, status = "FORM_NOT_OURS", 403
    meaning = "A page of this console did not send this form, or you are no longer logged in."
    remedy = "Load the page again and repeat what you did."


class LinkOver(WagateError):
    code, status = "LINK_OVER", 410
    meaning = "This link was used before, or is older than an hour."
    remedy = "Ask whoever gave it to you for a new one."
