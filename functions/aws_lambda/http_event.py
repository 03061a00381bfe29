"""An event of API Gateway (HTTP API, payload version 2.0) as an ASGI request, and the answer as Lambda returns it.

Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

Event = Mapping[str, Any]
"""A decoded JSON object."""
Scope = dict[str, Any]
"""Of ASGI."""

_TEXT = ("application/json", "text/", "application/problem+json", "image/svg+xml")
_HTTPS = 443


class NotAnHttpEvent(Exception):  # noqa: N818 - it says what is known
    """It is an event of another kind, or of another payload version."""


def scope_of(event: Event) -> Scope:
    """The ASGI scope of a request.

    Raises:
        NotAnHttpEvent: see there.
    """
    try:
        http = event["requestContext"]["http"]
        stage = event["requestContext"]["stage"]
        path, method, query = event["rawPath"], http["method"], event["rawQueryString"]
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in event["headers"].items()
        ]
        client = (http["sourceIp"], 0)
    except (KeyError, TypeError, AttributeError) as error:
        raise NotAnHttpEvent("It is no event of an HTTP API with payload version 2.0.") from error
    if stage != "$default":
        path = path.removeprefix(f"/{stage}") or "/"
    if cookies := event.get("cookies"):
        headers.append((b"cookie", "; ".join(cookies).encode("latin-1")))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": client,
        "server": (event["requestContext"].get("domainName", ""), _HTTPS),
    }


def body_of(event: Event) -> bytes:
    """The request's body; raises NotAnHttpEvent when it says that it is base64 and is not."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise NotAnHttpEvent("Its body is no base64.") from error


def answer_of(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> dict[str, Any]:
    """What Lambda returns for a response; a header that is there more than once is joined, cookies are kept apart."""
    joined: dict[str, str] = {}
    cookies: list[str] = []
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "set-cookie":
            cookies.append(value)
        else:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
    text = joined.get("content-type", "").startswith(_TEXT) and "content-encoding" not in joined
    told: dict[str, Any] = {
        "statusCode": status,
        "headers": joined,
        "body": body.decode() if text else base64.b64encode(body).decode(),
        "isBase64Encoded": not text,
    }
    return told | ({"cookies": cookies} if cookies else {})
