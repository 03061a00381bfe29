"""The least that a function like ours is: Litestar with one route, clients of AWS, a secret, a connection to NATS."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import botocore.session
import nats
from litestar import Litestar, get


@get("/health", sync_to_thread=False)
def health() -> dict[str, bool]:
    """Say that it answers."""
    return {"success": True}


def _clients() -> list[Any]:
    session = botocore.session.get_session()
    places: dict[str, Any] = {"region_name": "eu-central-1", "endpoint_url": os.environ["WAGATE_AWS_ENDPOINT_URL"]}
    clients = [session.create_client(service, **places) for service in ("secretsmanager", "dynamodb", "s3")]
    clients[0].get_secret_value(SecretId=os.environ["WAGATE_SECRETS"])
    return clients


_app = Litestar([health])
_kept = _clients()
_loop = asyncio.new_event_loop()
_nats = _loop.run_until_complete(nats.connect(os.environ["WAGATE_NATS_URL"]))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API (payload version 2.0)."""
    return _loop.run_until_complete(_answer(event))


async def _answer(event: dict[str, Any]) -> dict[str, Any]:
    status, body = 500, b""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI's
        nonlocal status, body
        status, body = message.get("status", status), body + message.get("body", b"")

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": event["requestContext"]["http"]["method"],
        "path": event["rawPath"],
        "raw_path": event["rawPath"].encode(),
        "query_string": b"",
        "headers": [],
    }
    await _app(scope, receive, send)  # pyright: ignore[reportArgumentType] - types of ASGI differ in their spelling
    return {"statusCode": status, "body": body.decode(), "isBase64Encoded": False}
