"""Families of routes come when one of their addresses is first asked for, and nobody can tell from an answer."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType

import httpx
import pytest
import structlog

from functions.app import create_app
from functions.families import FAMILIES, ByFamilies, every_family, modules_of
from functions.settings import ApiSettings

CALLS = "functions.calls.routes"
REJECT = "/api/reject-call"


@pytest.fixture
def app() -> ByFamilies:
    return create_app(ApiSettings())


@pytest.fixture
async def http(app: ByFamilies) -> AsyncIterator[httpx.AsyncClient]:
    async with client(app) as asked:
        yield asked


def client(app: ByFamilies) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api")


def paths(app: ByFamilies) -> set[str]:
    """What it serves so far."""
    return {route.path for route in app.routes}


@pytest.mark.parametrize(("module", "family"), list(zip(FAMILIES, every_family(), strict=True)), ids=FAMILIES)
def test_an_address_leads_to_its_family(module: str, family: object) -> None:
    """Add the first word of an address to `functions/families.py`; and take out one that no address has."""
    addresses = [path for handler in family.routes for path in handler.paths]
    words = {path.split("/")[2] if path.startswith("/api/") else f"/{path.split('/')[1]}" for path in addresses}
    assert [path for path in addresses if module not in modules_of(path)] == []
    assert [word for word in words if "{" in word] == []
    assert set(FAMILIES[module].split()) - words == set()


async def test_nothing_is_loaded_that_nobody_asked_for(app: ByFamilies, http: httpx.AsyncClient) -> None:
    """One answer takes one family; what has no address takes none, and neither does a page that is not there."""
    assert (await http.get("/health")).status_code == 200
    for nothing in ("/favicon.ico", "/admin", "/wp-login.php", "/api"):
        assert (await http.get(nothing)).status_code == 404
    assert paths(app) == {"/health", "/ready"}
    assert (await http.post("/api/send-message")).json()["code"] == "KEY_MISSING"
    assert "/api/messages/{message_id:str}" in paths(app)


async def test_the_first_answer_is_the_one_that_comes_later(http: httpx.AsyncClient) -> None:
    """Of any method and however it is written; 405 and OPTIONS name all methods, also those of another family."""
    for path in ("/api/profile-picture/62812", "//api//privacy/", "/api/sessions/a/export", REJECT, "/api/nothing"):
        for method in ("PUT", "OPTIONS", "HEAD", "GET"):
            async with client(create_app(ApiSettings())) as fresh:
                first = await fresh.request(method, path)
            later = await http.request(method, path)
            for name in ("x-request-id", "content-length"):  # the id of a request is of its own
                first.headers.pop(name, None)
                later.headers.pop(name, None)
            assert (first.status_code, first.headers) == (later.status_code, later.headers)
            assert unnamed(first.text) == unnamed(later.text)


def unnamed(answer: str) -> str:
    """Without the id of the request."""
    return re.sub(r"req_\w+", "", answer)


async def test_many_who_ask_at_once_wait_for_one_load(app: ByFamilies, http: httpx.AsyncClient) -> None:
    """Each is answered by its route, which is there once; one who gives up takes nothing from the others."""
    impatient = asyncio.create_task(http.post(REJECT))
    asked = [asyncio.create_task(http.post(REJECT)) for _ in range(20)]
    while CALLS not in app._taking:
        await asyncio.sleep(0)
    impatient.cancel()
    assert {answer.json()["code"] for answer in await asyncio.gather(*asked)} == {"KEY_MISSING"}
    assert [route.path for route in app.routes].count(REJECT) == 1


async def test_a_family_that_cannot_be_loaded_is_told_and_tried_again(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 INTERNAL with the cause in the log; other families answer; the next request has the route."""
    with monkeypatch.context() as broken, structlog.testing.capture_logs() as logged:
        broken.setitem(sys.modules, CALLS, None)  # so Python is told that it cannot be imported
        told = await http.post(REJECT)
        assert (told.status_code, told.json()["code"]) == (500, "INTERNAL")
        assert (await http.get("/health")).status_code == 200
    (entry,) = logged
    assert isinstance(entry["exc_info"], ImportError)
    assert entry["request_id"] == told.json()["requestId"]
    assert (await http.post(REJECT)).json()["code"] == "KEY_MISSING"


async def test_a_family_that_loads_holds_up_nobody_else(http: httpx.AsyncClient) -> None:
    """Other addresses are served while it is imported."""
    with held(CALLS) as go_on:
        waiting = asyncio.create_task(http.post(REJECT))
        assert (await http.get("/health")).status_code == 200
        assert not waiting.done()
        go_on.set()
        assert (await waiting).json()["code"] == "KEY_MISSING"


@contextmanager
def held(module: str) -> Iterator[threading.Event]:
    """Have the next import of this module wait for the event, and be done afterwards."""
    go_on, before = threading.Event(), sys.modules.pop(module, None)

    class Holding(SourceFileLoader):
        def exec_module(self, made: ModuleType) -> None:
            assert go_on.wait(30)
            super().exec_module(made)

    class Finder:
        @staticmethod
        def find_spec(name: str, path: Sequence[str] | None = None, _: object = None) -> ModuleSpec | None:
            spec = PathFinder.find_spec(name, path) if name == module else None
            return None if spec is None else spec_from_file_location(name, loader=Holding(name, spec.origin))

    sys.meta_path.insert(0, Finder)
    try:
        yield go_on
    finally:
        go_on.set()
        sys.meta_path.remove(Finder)
        if before is not None:
            sys.modules[module] = before
