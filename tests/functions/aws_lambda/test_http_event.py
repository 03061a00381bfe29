"""Events of the HTTP API as ASGI requests, and answers as Lambda returns them."""

import base64
from typing import Any

import pytest

from functions.aws_lambda.http_event import NotAnHttpEvent, answer_of, body_of, scope_of
from tests.functions.aws_lambda.emulated import http_event


def test_a_request_keeps_its_path_query_headers_and_caller() -> None:
    """What is percent-encoded in the path is decoded, and kept raw beside it; header names are in lower case."""
    event = http_event("GET", "/api/sessions/sal%C3%A9s", query="limit=5&a=%20b", headers={"X-API-Key": "wa_1"})
    scope = scope_of(event)
    assert (scope["method"], scope["path"], scope["raw_path"]) == (
        "GET",
        "/api/sessions/salés",
        b"/api/sessions/sal%C3%A9s",
    )
    assert scope["query_string"] == b"limit=5&a=%20b"
    assert (b"x-api-key", b"wa_1") in scope["headers"]
    assert (scope["client"], scope["scheme"]) == (("192.0.2.1", 0), "https")


@pytest.mark.parametrize(
    ("stage", "raw", "path"),
    [("prod", "/prod/ready", "/ready"), ("prod", "/prod", "/"), ("$default", "/ready", "/ready")],
)
def test_the_name_of_a_stage_is_no_part_of_the_path(stage: str, raw: str, path: str) -> None:
    """API Gateway puts it in front for every stage but the default."""
    event = http_event("GET", raw)
    event["requestContext"]["stage"] = stage
    assert scope_of(event)["path"] == path


def test_cookies_become_one_header() -> None:
    """API Gateway tells them apart from the other headers."""
    assert (b"cookie", b"a=1; b=2") in scope_of(http_event("GET", "/", cookies=["a=1", "b=2"]))["headers"]


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ({}, b""),
        ({"body": "ü"}, "ü".encode()),
        ({"body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True}, b"\x00\xff"),
    ],
)
def test_a_body_is_text_or_base64(event: dict[str, Any], body: bytes) -> None:
    """As the event says."""
    assert body_of(event) == body


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"version": "1.0", "httpMethod": "GET", "path": "/", "headers": None},
        {"Records": [{"eventSource": "aws:sqs"}]},
        {"requestContext": {"http": None}, "rawPath": "/", "headers": {}},
    ],
)
def test_other_events_are_refused(event: dict[str, Any]) -> None:
    """A wrong trigger shows at once, instead of as an odd request."""
    with pytest.raises(NotAnHttpEvent):
        scope_of(event)


def test_a_body_that_is_no_base64_is_refused() -> None:
    """It would be a wrong message otherwise."""
    with pytest.raises(NotAnHttpEvent):
        body_of({"body": "%%%", "isBase64Encoded": True})


def test_text_is_returned_as_it_is_and_a_picture_as_base64() -> None:
    """API Gateway decodes what says that it is base64."""
    text = answer_of(200, [(b"Content-Type", b"application/json")], b'{"a":1}')
    assert (text["statusCode"], text["body"], text["isBase64Encoded"]) == (200, '{"a":1}', False)
    picture = answer_of(200, [(b"content-type", b"image/png")], b"\x89PNG")
    assert (base64.b64decode(picture["body"]), picture["isBase64Encoded"]) == (b"\x89PNG", True)


def test_repeated_headers_are_joined_and_cookies_are_not() -> None:
    """A JSON object has each name once."""
    headers = [(b"Vary", b"Origin"), (b"vary", b"Accept"), (b"Set-Cookie", b"a=1"), (b"set-cookie", b"b=2")]
    answer = answer_of(204, headers, b"")
    assert answer["headers"] == {"vary": "Origin, Accept"}
    assert answer["cookies"] == ["a=1", "b=2"]
