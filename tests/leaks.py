"""Looks into everything that is logged while the tests run for what the tests sent: nothing of it may be there.

What a test gives to a gateway over HTTP (keys, texts, passphrases) and gets from it (keys, codes) is remembered by
the clients that tests use. Each test fails whose captured output holds any of that, of its own or of an earlier test;
the log files of gateways are looked into when the tests of this process are done.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import aiohttp
import httpx
import orjson
import pytest
import structlog

from shared.adapters.nats.bus import NatsBus
from shared.observing.logs import configure_logging

_SECRET_HEADERS = frozenset({"x-api-key", "x-admin-key", "authorization"})
_SECRET_FIELDS = frozenset({"apiKey", "message", "passphrase", "qrText", "text"})
_ANSWERED_FIELDS = _SECRET_FIELDS - {"message"}
"""What an answer says under `message` are the gateway's own words."""
_SHORTEST, _FEWEST = 12, 4
"""Characters, and different ones, below which a text may stand in a log by chance."""
_ALWAYS = re.compile(r"wa_[A-Za-z0-9_-]{40,}|2@[A-Za-z0-9+/=,@_-]{60,}|AWS4-HMAC-SHA256 Credential=[^\n]{12,}")
"""API keys, codes that log somebody in, and what signs requests to AWS."""
_ROOT = Path(__file__).parents[1]
_PACKAGES = ("functions", "session_host", "shared")
_LOGS = re.compile(r"(api|session-host|host|nats)\.log(\.\d+)?")

secrets: dict[str, set[str]] = {}
"""What was sent and received so far in this process, by how it begins: they are thousands, and so are logs."""


def leaked(text: str) -> str | None:
    """The first thing in a log that has no business there."""
    found = _ALWAYS.search(text)
    if found is not None:
        return found[0]
    for at in range(len(text) - _SHORTEST + 1):
        for secret in secrets.get(text[at : at + _SHORTEST], ()):
            if text.startswith(secret, at):
                return secret
    return None


def remember(told: object, fields: frozenset[str] = _SECRET_FIELDS) -> None:
    """Keep what is secret in a JSON object."""
    if not isinstance(told, Mapping):
        return
    for name, value in cast("Mapping[str, object]", told).items():
        if name in fields and isinstance(value, str):
            _keep(value)


def _keep(value: str) -> None:
    if len(value) < _SHORTEST or len(set(value)) < _FEWEST or _ALWAYS.fullmatch(value):
        return
    alike = secrets.setdefault(value[:_SHORTEST], set())
    if value not in alike and value not in _code():
        alike.add(value)


@cache
def _code() -> str:
    """What stands in the code itself is no secret; a fuzzer that makes up requests takes words from there."""
    return "".join(file.read_text() for package in _PACKAGES for file in (_ROOT / package).rglob("*.py"))


def _remember_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if name.lower() in _SECRET_HEADERS:
            _keep(value.removeprefix("Bearer "))


def _remember_json(content: bytes, fields: frozenset[str] = _SECRET_FIELDS) -> None:
    try:
        remember(orjson.loads(content), fields)
    except orjson.JSONDecodeError:
        return


class _Stderr:
    """The standard error of the test that runs now."""

    def isatty(self) -> bool:
        return False

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def pytest_runtest_setup(item: pytest.Item) -> None:  # noqa: ARG001 - pytest's
    """Log as a gateway's processes do, whatever an earlier test made of it."""
    if not structlog.is_configured():
        stderr, sys.stderr = sys.stderr, cast("Any", _Stderr())
        try:
            configure_logging("tests", json=True)
        finally:
            sys.stderr = stderr


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - pytest's
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that has ended when its output holds a secret."""
    report = yield
    if call.when == "teardown" and report.passed:
        for name, text in report.sections:
            secret = leaked(text)
            if secret is not None:
                report.outcome = "failed"
                report.longrepr = f"{name} holds what tests sent: {secret!r}\n{text}"
    return report


def _logs_of_gateways(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*.log*") if _LOGS.fullmatch(path.name))


@pytest.fixture(scope="session", autouse=True)
def no_leaks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Remember what tests send; at the end no log of a gateway holds it."""
    with pytest.MonkeyPatch.context() as patch:
        _watch_httpx(patch)
        _watch_aiohttp(patch)
        _watch_bus(patch)
        yield
    for log in _logs_of_gateways(tmp_path_factory.getbasetemp()):
        secret = leaked(text := log.read_text(errors="replace"))
        lines = [line for line in text.splitlines() if secret is not None and secret in line]
        assert secret is None, f"{log} holds what tests sent: {secret!r}\n" + "\n".join(lines)


def _watch_httpx(patch: pytest.MonkeyPatch) -> None:
    def remember_both(request: httpx.Request, response: httpx.Response) -> None:
        _remember_headers(request.headers)
        if request.headers.get("Content-Type", "").startswith("application/json"):
            _remember_json(request.content)
        if response.headers.get("Content-Type", "").startswith("application/json"):
            _remember_json(response.content, _ANSWERED_FIELDS)

    send, send_async = httpx.Client.send, httpx.AsyncClient.send

    def remembered(client: httpx.Client, request: httpx.Request, **how: Any) -> httpx.Response:
        response = send(client, request, **how)
        if not how.get("stream"):
            remember_both(request, response)
        return response

    async def remembered_async(client: httpx.AsyncClient, request: httpx.Request, **how: Any) -> httpx.Response:
        response = await send_async(client, request, **how)
        if not how.get("stream"):
            remember_both(request, response)
        return response

    patch.setattr(httpx.Client, "send", remembered)
    patch.setattr(httpx.AsyncClient, "send", remembered_async)


def _watch_bus(patch: pytest.MonkeyPatch) -> None:
    request = NatsBus.request

    async def remembered(bus: NatsBus, subject: str, payload: bytes, **how: Any) -> bytes:
        if payload.startswith(b"{"):
            command: Any = orjson.loads(payload).get("command", {})
            remember(command)
            remember(command.get("content"))
        return await request(bus, subject, payload, **how)

    patch.setattr(NatsBus, "request", remembered)


def _watch_aiohttp(patch: pytest.MonkeyPatch) -> None:
    request: Callable[..., Any] = aiohttp.ClientSession._request

    async def remembered(client: aiohttp.ClientSession, *given: Any, **how: Any) -> Any:
        _remember_headers({**client.headers, **(how.get("headers") or {})})
        remember(how.get("json"))
        return await request(client, *given, **how)

    patch.setattr(aiohttp.ClientSession, "_request", remembered)
