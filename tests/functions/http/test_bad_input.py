"""Whatever is wrong with a request is told by its status, its code and, where there is one, the field's name."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.stores import Stores
from shared.errors import CATALOGUE
from tests.functions.conftest import ADMIN, Api, api_with

SEND = "/api/send-message"
GENERATE = "/api/admin/apikeys/generate"
GOOD = {"number": "628123456789", "message": "hello"}


@dataclass(frozen=True)
class Case:
    """One request that is wrong."""

    name: str
    code: str
    path: str = SEND
    method: str = "POST"
    content: bytes = json.dumps(GOOD).encode()
    headers: dict[str, str] = field(default_factory=dict)
    repeated: tuple[tuple[str, str], ...] = ()
    says: str = ""
    key: bool = True


def sends(name: str, code: str, says: str = "", /, **fields: Any) -> Case:
    body = {**GOOD, **fields}
    return Case(name, code, content=json.dumps(body).encode(), says=says)


def raw(name: str, code: str, content: bytes, says: str = "", **headers: str) -> Case:
    return Case(name, code, content=content, says=says, headers={k.replace("_", "-"): v for k, v in headers.items()})


def asks(name: str, code: str, path: str, method: str = "GET", says: str = "") -> Case:
    return Case(name, code, path=path, method=method, content=b"", says=says)


def generates(name: str, says: str, /, **fields: Any) -> Case:
    content = json.dumps({"name": "x", **fields}).encode()
    return Case(
        name, "BAD_REQUEST", path=GENERATE, content=content, says=says, headers={"X-Admin-Key": ADMIN}, key=False
    )


CASES = [
    # session names
    sends("name empty", "BAD_SESSION_NAME", sessionId=""),
    sends("name begins with a dot", "BAD_SESSION_NAME", sessionId=".hidden"),
    sends("name begins with a dash", "BAD_SESSION_NAME", sessionId="-x"),
    sends("name with a slash", "BAD_SESSION_NAME", sessionId="a/b"),
    sends("name with a space", "BAD_SESSION_NAME", sessionId="a b"),
    sends("name of a NATS wildcard", "BAD_SESSION_NAME", sessionId="a*>"),
    sends("name not ASCII", "BAD_SESSION_NAME", sessionId="kantor-é"),
    sends("name with a line break at its end", "BAD_SESSION_NAME", sessionId="sales\n"),
    sends("name of 65 characters", "BAD_SESSION_NAME", sessionId="a" * 65),
    sends("name climbs folders", "BAD_SESSION_NAME", sessionId="../../etc"),
    sends("name is a number", "BAD_REQUEST", "sessionId", sessionId=5),
    sends("name is a list", "BAD_REQUEST", "sessionId", sessionId=["a"]),
    asks("name in the query", "BAD_SESSION_NAME", "/api/status?sessionId=a%2Fb"),
    asks("name in the query empty", "BAD_SESSION_NAME", "/api/status?sessionId="),
    asks("name in the query NUL", "BAD_SESSION_NAME", "/api/status?sessionId=%00"),
    asks("name in the query twice", "BAD_REQUEST", "/api/status?sessionId=a&sessionId=b", says="sessionId"),
    asks("name in the query not UTF-8", "BAD_SESSION_NAME", "/api/status?sessionId=%ff"),
    asks("name in the path", "BAD_SESSION_NAME", "/api/sessions/a%20b", "DELETE"),
    asks("name in the path with a slash", "NOT_FOUND", "/api/sessions/a%2Fb", "DELETE"),
    Case("name in the header", "BAD_SESSION_NAME", headers={"X-Session-Id": "a b"}),
    Case(
        "name in the header, though the body has another",
        "BAD_SESSION_NAME",
        headers={"X-Session-Id": "a/b"},
        content=b'{"sessionId": "x", "number": "628123456789", "message": "x"}',
    ),
    Case(
        "name in the query, though the body has another",
        "BAD_SESSION_NAME",
        f"{SEND}?sessionId=a%2Fb",
        content=b'{"sessionId": "x", "number": "628123456789", "message": "x"}',
    ),
    Case("name in two headers", "BAD_REQUEST", repeated=(("X-Session-Id", "a"), ("X-Session-Id", "b"))),
    # numbers
    sends("number empty", "NUMBER_INVALID", number=""),
    sends("number blank", "NUMBER_INVALID", number="   "),
    sends("number invisible", "NUMBER_INVALID", number="\u200b\u202a"),
    sends("number in letters that look alike", "NUMBER_INVALID", "U+043E", number="62812\u043e345678"),
    sends("number of letters", "NUMBER_INVALID", number="my friend"),
    sends("number too short", "NUMBER_INVALID", number="12345"),
    sends("number too long", "NUMBER_INVALID", number="1234567890123456"),
    sends("number in national form without a country", "NUMBER_INVALID", number="08123456789"),
    sends("number in raised digits", "NUMBER_INVALID", "U+00B2", number="62\u00b28123456789"),
    sends("number of a hundred thousand digits", "NUMBER_INVALID", number="6" * 100_000),
    sends("number with two at signs", "NUMBER_INVALID", number="628123456789@s.whatsapp.net@x"),
    sends("number at another server", "NUMBER_INVALID", number="628123456789@example.com"),
    sends("number at nobody", "NUMBER_INVALID", number="@s.whatsapp.net"),
    sends("number is null", "BAD_REQUEST", "number", number=None),
    sends("number is true", "BAD_REQUEST", "number", number=True),
    sends("number is a float", "BAD_REQUEST", "number", number=62.5),
    sends("number is negative", "BAD_REQUEST", "number", number=-628123456789),
    sends("number is beyond 64 bits", "BAD_REQUEST", "number", number=10**30),
    sends("number is a list", "BAD_REQUEST", "number", number=["628123456789"]),
    asks("fresh neither true nor false", "BAD_REQUEST", "/api/check-number/628123456789?fresh=yes", says="fresh"),
    asks("number to check", "NUMBER_INVALID", "/api/check-number/abc"),
    asks("number to check is a group", "NUMBER_INVALID", "/api/check-number/12345678@g.us"),
    Case("number to pair is a hidden id", "NUMBER_INVALID", "/api/pair-code", content=b'{"number":"123456789@lid"}'),
    Case("number to pair is missing", "BAD_REQUEST", "/api/pair-code", content=b"{}", says="number"),
    # text
    sends("text empty", "BAD_REQUEST", "message", message=""),
    sends("text blank", "BAD_REQUEST", "message", message=" \n "),
    sends("text invisible", "BAD_REQUEST", "message", message="\u200b\u200e \u2060\ufeff\u00ad"),
    sends("text of fillers", "BAD_REQUEST", "message", message="\u3164\u2800\u115f\ufe0f"),
    sends("text null", "BAD_REQUEST", "message", message=None),
    sends("text a number", "BAD_REQUEST", "message", message=5),
    sends("text an object", "BAD_REQUEST", "message", message={"text": "x"}),
    sends("text with NUL", "BAD_REQUEST", "NUL", message="a\0b"),
    sends("text too long", "TEXT_TOO_LONG", "65537", message="a" * 65_537),
    raw("text missing", "BAD_REQUEST", b'{"number": "628123456789"}', "message"),
    raw("number missing", "BAD_REQUEST", b'{"message": "x"}', "number"),
    # other fields
    sends("queue is text", "BAD_REQUEST", "queue", queue="true"),
    sends("queue is 1", "BAD_REQUEST", "queue", queue=1),
    sends("wait is text", "BAD_REQUEST", "wait", wait="5"),
    sends("wait is negative", "BAD_REQUEST", "wait", wait=-1),
    sends("wait is too long", "BAD_REQUEST", "wait", wait=61),
    sends("expiresIn is 0", "BAD_REQUEST", "expiresIn", expiresIn=0),
    sends("expiresIn is half a second", "BAD_REQUEST", "expiresIn", expiresIn=0.5),
    sends("expiresIn is a year", "BAD_REQUEST", "expiresIn", expiresIn=365 * 24 * 3600),
    # JSON
    raw("body empty", "BAD_REQUEST", b"", "missing"),
    raw("body null", "BAD_REQUEST", b"null", "object"),
    raw("body a list", "BAD_REQUEST", b"[]", "object"),
    raw("body a text", "BAD_REQUEST", b'"x"', "object"),
    raw("body cut off", "BAD_REQUEST", b'{"number": "62', "line 1"),
    raw("body with a trailing comma", "BAD_REQUEST", b'{"number": "1",}', "column"),
    raw("body with NaN", "BAD_REQUEST", b'{"number": NaN}', "column"),
    raw("body in single quotes", "BAD_REQUEST", b"{'number': '1'}", "column"),
    raw("body not UTF-8", "BAD_REQUEST", b'{"number": "\xff\xfe"}', "UTF-8"),
    raw("body in UTF-16", "BAD_REQUEST", json.dumps(GOOD).encode("utf-16")),
    raw("body with half a surrogate pair", "BAD_REQUEST", b'{"number": "\\ud800"}', "surrogate"),
    raw("body nested 100,000 deep", "BAD_REQUEST", b"[" * 100_000),
    raw("body objects nested deep in an unknown field", "BAD_REQUEST", b'{"x":' * 5_000 + b"1" + b"}" * 5_000),
    raw("body binary", "BAD_REQUEST", bytes(range(256))),
    raw("body larger than allowed", "BODY_TOO_LARGE", b'{"message": "' + b"a" * 1_100_000 + b'"}', "1048576"),
    # types and encodings
    raw("form", "UNSUPPORTED_MEDIA_TYPE", b"number=1&message=x", content_type="application/x-www-form-urlencoded"),
    raw("text/plain", "UNSUPPORTED_MEDIA_TYPE", json.dumps(GOOD).encode(), content_type="text/plain"),
    raw("multipart", "UNSUPPORTED_MEDIA_TYPE", b"--x--", content_type="multipart/form-data; boundary=x"),
    raw("gzip", "UNSUPPORTED_MEDIA_TYPE", b"\x1f\x8b", content_encoding="gzip"),
    raw("xml", "UNSUPPORTED_MEDIA_TYPE", b"<a/>", content_type="application/xml"),
    # headers
    Case("Idempotency-Key empty", "BAD_REQUEST", headers={"Idempotency-Key": ""}, says="Idempotency-Key"),
    Case("Idempotency-Key of 256", "BAD_REQUEST", headers={"Idempotency-Key": "k" * 256}, says="Idempotency-Key"),
    Case("Idempotency-Key not ASCII", "BAD_REQUEST", repeated=(("Idempotency-Key", "é"),), says="Idempotency-Key"),
    Case("two Idempotency-Keys", "BAD_REQUEST", repeated=(("Idempotency-Key", "a"), ("Idempotency-Key", "b"))),
    Case("two API keys", "BAD_REQUEST", repeated=(("X-API-Key", "wa_a"), ("X-API-Key", "wa_b")), key=False),
    Case("no key", "KEY_MISSING", key=False),
    Case("key empty", "KEY_MISSING", headers={"X-API-Key": ""}, key=False),
    Case("key in the address", "KEY_MISSING", f"{SEND}?apiKey=wa_abc", key=False, says="address"),
    Case("key by Basic", "KEY_MISSING", headers={"Authorization": "Basic eA=="}, key=False, says="Bearer"),
    Case("key unknown", "KEY_INVALID", headers={"X-API-Key": "wa_unknown"}, key=False),
    Case("key unknown, as Bearer", "KEY_INVALID", headers={"Authorization": "Bearer wa_unknown"}, key=False),
    Case("key of another kind", "KEY_INVALID", headers={"X-API-Key": "sk-123"}, key=False),
    Case("key of 8,000 characters", "KEY_INVALID", headers={"X-API-Key": "wa_" + "a" * 8_000}, key=False),
    Case("admin key as API key", "KEY_INVALID", headers={"X-API-Key": "wadmin_x"}, key=False, says="is the admin key"),
    Case(
        "admin key in its own header",
        "KEY_MISSING",
        headers={"X-Admin-Key": "x"},
        key=False,
        says="routes below /api/admin",
    ),
    Case("API key as admin key", "ADMIN_KEY_INVALID", GENERATE, headers={"X-Admin-Key": "wa_x"}, says="is an API key"),
    Case("key not ASCII", "KEY_INVALID", repeated=(("X-API-Key", "wa_é"),), key=False),
    # addresses and methods
    asks("no such route", "NOT_FOUND", "/api/nothing"),
    asks("a route of a later version", "NOT_FOUND", "/api/send-hologram", "POST"),
    asks("wrong method", "METHOD_NOT_ALLOWED", SEND, "GET"),
    asks("wrong method of sessions", "METHOD_NOT_ALLOWED", "/api/sessions", "PUT"),
    asks("session unknown", "SESSION_NOT_FOUND", "/api/sessions/nobody/restart", "POST"),
    asks("inbox unknown", "SESSION_NOT_FOUND", "/api/incoming-messages?sessionId=nobody"),
    asks("limit 0", "BAD_REQUEST", "/api/incoming-messages?limit=0", says="limit"),
    asks("limit text", "BAD_REQUEST", "/api/incoming-messages?limit=many", says="limit"),
    asks("limit 501", "BAD_REQUEST", "/api/incoming-messages?limit=501", says="limit"),
    asks("limit twice", "BAD_REQUEST", "/api/incoming-messages?limit=1&limit=2", says="limit"),
    asks("limit in other digits", "BAD_REQUEST", "/api/incoming-messages?limit=%D9%A5", says="limit"),
    asks("cursor", "BAD_REQUEST", "/api/incoming-messages?before=%27%20OR%201", says="before"),
    asks("message id", "MESSAGE_NOT_FOUND", "/api/messages/5"),
    asks("message id unknown", "MESSAGE_NOT_FOUND", "/api/messages/msg_00000000000000000000000000"),
    # admin
    asks("no admin key", "ADMIN_KEY_MISSING", "/api/admin/apikeys"),
    asks("no admin key for hosts", "ADMIN_KEY_MISSING", "/api/admin/hosts"),
    Case("wrong admin key", "ADMIN_KEY_INVALID", GENERATE, headers={"X-Admin-Key": "wrong"}, key=False),
    Case("an API key is no admin key", "ADMIN_KEY_MISSING", GENERATE, says="needs the admin key"),
    generates("key's name empty", "name", name=""),
    generates("key's name invisible", "name", name="\u3164"),
    generates("key's name not text", "name", name=5),
    generates("key's name not printable", "name", name="a\x1bb"),
    generates("key's name too long", "name", name="a" * 101),
    generates("key's scopes unknown", "scopes", scopes=["everything"]),
    generates("key's scopes empty", "scopes", scopes=[]),
    generates("key expired at birth", "expiresAt", expiresAt=5),
    generates("key's country unknown", "defaultCountry", defaultCountry="Mars"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad-input")


@pytest.fixture
async def api(nats_url: str, folder: Path) -> AsyncIterator[Api]:
    async with api_with(nats_url, folder, auth_failures_per_minute=10_000) as running:
        yield running


async def rows(stores: Stores) -> list[object]:
    """Everything that a refused request could have written."""
    keys = await stores.keys.all()
    return [sorted(key.id for key in keys), [await stores.sessions.list_of(key.id) for key in keys]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_bad_input_is_told(api: Api, case: Case) -> None:
    """The catalogue's status and code, words, a request id; nothing is written."""
    given = await api.new_key() if case.key else {}
    before = await rows(api.stores)
    headers = [*given.items(), *case.headers.items(), *((k, v.encode("latin-1")) for k, v in case.repeated)]
    answer = await api.http.request(case.method, case.path, content=case.content, headers=[(k, v) for k, v in headers])
    told = answer.json()
    assert (told["code"], answer.status_code) == (case.code, CATALOGUE[case.code].status), told
    assert told["success"] is False
    assert told["requestId"] == answer.headers["X-Request-Id"]
    assert case.says in told["error"]
    assert await rows(api.stores) == before


def test_there_are_enough_cases() -> None:
    """At least 60, each with a name of its own."""
    assert len({case.name for case in CASES}) == len(CASES) >= 60


async def test_json_without_a_content_type_is_read(api: Api) -> None:
    """What many small programs send is not refused: no type, a byte order mark, a charset."""
    key = await api.new_key()
    body = b"\xef\xbb\xbf" + json.dumps({"number": "62", "message": "x"}).encode()
    for headers in (key, {**key, "Content-Type": "application/json; charset=utf-8"}):
        answer = await api.http.post(SEND, content=body, headers=headers)
        assert answer.json()["code"] == "NUMBER_INVALID"


async def test_405_names_the_methods(api: Api) -> None:
    """The header `Allow`."""
    answer = await api.http.get(SEND)
    assert "POST" in answer.headers["Allow"]
