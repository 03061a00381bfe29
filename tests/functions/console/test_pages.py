"""Pages of the console: what they show, how large they are, in which language, and what they come with."""

from __future__ import annotations

import gzip
import re

import httpx
import uvicorn

from functions.app import create_app
from functions.console.front.assets import asset
from shared.ids import hash_api_key, now_ms
from shared.sessions.model import SessionReport, SessionStatus
from tests.functions.conftest import running_config
from tests.functions.console.conftest import Browser
from tests.functions.shard import Shard

FIRST_PAGE = 100_000
"""Bytes over the wire: the page, styles and scripts."""


async def sessions_of(browser: Browser, count: int) -> None:
    """Give the key so many sessions, each third of which needs a hand."""
    stores = browser.api.stores
    key = await stores.keys.by_hash(hash_api_key(browser.key))
    assert key is not None
    for place in range(count):
        session, _ = await stores.sessions.get_or_create(key.id, f"number-{place:03d}", now=now_ms())
        held = await stores.sessions.claim(session.uid, "host-1")
        assert held is not None
        report = (
            SessionReport(SessionStatus.FAILED, "qr_expired", now_ms())
            if place % 3 == 0
            else SessionReport(SessionStatus.LOGGED_OUT, None, now_ms(), number=f"62812{place:07d}")
        )
        await stores.sessions.write_report(session.uid, "host-1", held.epoch, report)


async def test_the_first_page_is_small(browser: Browser) -> None:
    """With everything that it needs, for a browser that has nothing yet: with 120 sessions, 100 of them on it."""
    await sessions_of(browser, 120)
    await browser.log_in()
    page = await browser.get("/console/sessions")
    addresses = set(re.findall(r'(?:src|href)="(/console/assets/[^"]+)"', page.text))
    assert len(addresses) >= 6
    size = 0
    for address in ("/console/sessions", *sorted(addresses)):
        request = browser.http.build_request("GET", address)
        answer = await browser.http.send(request, stream=True)
        size += len(b"".join([piece async for piece in answer.aiter_raw()]))
        await answer.aclose()
        assert answer.headers["Content-Encoding"] == "gzip"
    assert size <= FIRST_PAGE
    assert page.text.count("<tr id=") == 100


async def test_files_are_kept_for_good_and_looked_at_again_under_another_address(browser: Browser) -> None:
    """An address has the digest of what is in it; an upgrade has other addresses."""
    page = (await browser.get("/")).text
    address = re.findall(r'href="(/console/assets/console\.css[^"]+)"', page)[0]
    kept = await browser.get(address)
    assert "immutable" in kept.headers["Cache-Control"]
    assert (await browser.get("/console/assets/console.css?v=old")).headers["Cache-Control"] == "no-cache"
    again = await browser.get(address, **{"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for none in ("/console/assets/none.css", "/console/assets/..%2Froutes.py", "/console/assets/routes.py"):
        assert (await browser.get(none)).status_code == 404
    found = asset("console.css")
    assert found is not None
    assert gzip.decompress(found.compressed) == found.content


async def test_the_list_finds_filters_and_has_pages(browser: Browser) -> None:
    """By a part of the name or of the number; those that need a hand come first."""
    await sessions_of(browser, 120)
    await browser.log_in()
    first = (await browser.get("/console/sessions")).text
    names = re.findall(r'href="/console/sessions/(number-\d+)"', first)
    assert len(names) == 100
    assert names[0] == "number-000"
    assert "Need you <b>120</b>" in first
    second = (await browser.get("/console/sessions?page=2")).text
    assert len(re.findall(r'href="/console/sessions/(number-\d+)"', second)) == 20
    found = (await browser.get("/console/sessions?q=BER-011")).text
    assert re.findall(r'href="/console/sessions/(number-\d+)"', found) == ["number-011"]
    by_number = (await browser.get("/console/sessions?q=0000013")).text
    assert re.findall(r'href="/console/sessions/(number-\d+)"', by_number) == ["number-013"]
    nothing = await browser.get("/console/sessions?q=nobody", **{"HX-Request": "true"})
    assert "No session is like that" in nothing.text
    assert "<html" not in nothing.text


async def test_pages_are_in_the_language_of_the_browser(browser: Browser) -> None:
    """Indonesian or English; what is chosen counts more."""
    for asked, language, word in (
        ("id-ID,id;q=0.9", "id", "Masuk"),
        ("de,en;q=0.5", "en", "Log in"),
        ("in", "id", "Masuk"),
        ("", "en", "Log in"),
    ):
        browser.http.cookies.clear()
        page = (await browser.get("/", **{"Accept-Language": asked})).text
        assert f'<html lang="{language}"' in page
        assert word in page
        other = "en" if language == "id" else "id"
        await browser.http.post("/console/language", data={"language": other})
        assert f'<html lang="{other}"' in (await browser.get("/", **{"Accept-Language": asked})).text


async def test_a_page_that_is_not_here_says_so_in_words(browser: Browser) -> None:
    """With what to report, and without what somebody typed into the address."""
    await browser.log_in()
    page = await browser.get("/console/sessions/nobody")
    assert page.status_code == 404
    assert "SESSION_NOT_FOUND" in page.text
    assert "req_" in page.text
    part = await browser.get("/console/sessions/nobody/now", **{"HX-Request": "true"})
    assert part.headers["HX-Retarget"] == "#notes"


async def test_sessions_are_started_and_stopped_together(browser: Browser, shard: Shard) -> None:
    """Those that cannot be are named, and the others are."""
    await browser.log_in()
    for name in ("one", "two"):
        assert (await browser.send("/console/new-session", name=name)).headers["Location"].endswith("/scan")
    answer = await browser.send("/console/many-sessions", name=["one", "two", "three"], do="stop")
    assert "2 sessions are stopped." in answer.text
    assert "three: " in answer.text
    assert [
        (await browser.api.http.get(f"/api/status?sessionId={name}", headers={"X-API-Key": browser.key})).json()[
            "status"
        ]
        for name in ("one", "two")
    ] == ["stopped", "stopped"]
    assert shard is not None


async def test_a_session_is_deleted_by_typing_its_name(browser: Browser, shard: Shard) -> None:
    """Anything else deletes nothing."""
    await browser.log_in()
    await browser.send("/console/new-session", name="old")
    page = "/console/sessions/old"
    assert (await browser.send(f"{page}/delete", page, typed="olt")).status_code == 400
    assert (await browser.get(page)).status_code == 200
    assert (await browser.send(f"{page}/delete", page, typed="old")).headers["Location"] == "/console/sessions"
    assert (await browser.get(page)).status_code == 404
    assert shard is not None


async def test_the_code_to_scan_is_drawn_into_the_page(browser: Browser, shard: Shard) -> None:
    """As SVG without anything that a policy against scripts and styles would refuse; looking begins nothing."""
    shard.status = SessionStatus.STARTING
    await browser.log_in()
    await browser.send("/console/new-session", name="new")
    page = await browser.get("/console/sessions/new/scan")
    shard.status = SessionStatus.QR_READY
    assert "<svg" not in page.text.partition('id="scan"')[2].partition("phones")[0]
    begun = await browser.send("/console/sessions/new/scan/begin", "/console/sessions/new/scan")
    assert 'class="code" role="img"' in begun.text
    assert "<svg" in begun.text
    assert "style=" not in begun.text
    assert "data-until=" in begun.text


async def test_where_nothing_streams_pages_ask_by_themselves(browser: Browser) -> None:
    """On Lambda, every few seconds; the same cookie opens them."""
    await browser.log_in()
    assert 'sse-connect="/console/live"' in (await browser.get("/console/sessions")).text
    app = create_app(browser.api.settings, streams=False)
    async with (
        running_config(uvicorn.Config(app, log_level="warning")) as url,
        httpx.AsyncClient(base_url=url, timeout=30, cookies=browser.http.cookies) as http,
    ):
        page = (await http.get("/console/sessions")).text
    assert "sse-connect" not in page
    assert 'hx-trigger="back from:body, every 3s"' in page


async def test_a_session_is_moved_by_whoever_runs_the_gateway(browser: Browser, shard: Shard) -> None:
    """To a shard that would take it; without the admin key there is no form, and one sent by hand is refused."""
    await browser.log_in()
    await browser.send("/console/new-session", name="sales")
    assert (await browser.api.http.get("/api/qr?sessionId=sales", headers={"X-API-Key": browser.key})).status_code < 500
    place = "/console/sessions/sales"
    assert f"{place}/move" not in (await browser.get(place)).text
    refused = await browser.send(f"{place}/move", place)
    assert "ADMIN_KEY_MISSING" in refused.text
    await browser.log_in_as_admin()
    assert f"{place}/move" in (await browser.get(place)).text
    none = await browser.send(f"{place}/move", place, to="nowhere")
    assert "HOST_NOT_FOUND" in none.text
    moved = await browser.send(f"{place}/move", place)
    assert "The session moves." in moved.text
    assert any(type(request.command).__name__ == "Release" for request in shard.seen)
