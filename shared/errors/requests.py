"""What is wrong with a request, whatever it asks for."""

from __future__ import annotations

from shared.errors.base import WagateError


class BadRequest(WagateError):
    code, status = "BAD_REQUEST", 400
    meaning = "The request is malformed."
    remedy = "Correct the field that the answer names and send it again."


class NotFound(WagateError):
    code, status = "NOT_FOUND", 404
    meaning = "There is no such address."
    remedy = "See the list of routes at /docs."


class MethodNotAllowed(WagateError):
    code, status = "METHOD_NOT_ALLOWED", 405
    meaning = "This address does not take that method."
    remedy = "See the header 'Allow' of the answer and the list of routes at /docs."


class RequestTimeout(WagateError):
    code, status = "REQUEST_TIMEOUT", 408
    meaning = "The request did not arrive in time."
    remedy = "Send it again, on another connection."


class BodyTooLarge(WagateError):
    code, status = "BODY_TOO_LARGE", 413
    meaning = "The request is larger than allowed."
    remedy = "Send less; the limit is in the answer."


class UnsupportedMediaType(WagateError):
    code, status = "UNSUPPORTED_MEDIA_TYPE", 415
    meaning = "The body is not JSON."
    remedy = "Send JSON with the header 'Content-Type: application/json'."


class HeadersTooLarge(WagateError):
    code, status = "HEADERS_TOO_LARGE", 431
    meaning = "Address and headers of the request have more than 64 KiB."
    remedy = "Send what is long in the body."


class TooManyRequests(WagateError):
    code, status = "TOO_MANY_REQUESTS", 429
    meaning = "Too many requests."
    remedy = "Wait 'Retry-After' seconds."


class TooManyConnections(WagateError):
    code, status = "TOO_MANY_CONNECTIONS", 429
    meaning = "Your address has more connections at work than the gateway allows."
    remedy = "Use fewer connections, and each for many requests, one after the other."


class FormNotOurs(WagateError):
    code, status = "FORM_NOT_OURS", 403
    meaning = "The form was not sent by a page of this console, or its login is over."
    remedy = "Load the page again and repeat what you did."


class LinkOver(WagateError):
    code, status = "LINK_OVER", 410
    meaning = "This link was used, or its hour is over."
    remedy = "Ask whoever gave it to you for another one."
