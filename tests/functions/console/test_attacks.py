"""What pages of elsewhere, and people who write to the numbers, try with the console: none of it works."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import orjson
from typing_extensions import override

from shared.ids import hash_api_key, new_audit_id, new_key_id, now_ms
from shared.sessions.model import SessionReport, SessionStatus
from shared.tenants.audit import AuditEntry
from tests.functions.console.conftest import Browser

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><svg/onload=alert(1)>",
    "<svg><script>alert&#40;1&#41;</script>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=https://evil.example><button>x",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>*{display:none}</style>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "${alert(1)}",
    "<div hx-get=https://evil.example hx-trigger=load>",
    "<div data-hx-on:click=alert(1) hx-on::load='alert(1)'>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<ScRiPt\t>alert(1)</ScRiPt\t>",
    "\u202e<script>alert(1)</script>\u0000",
)
"""Thirty ways into a page that forgets to escape something."""


class Elements(HTMLParser):
    """What a page consists of, but for its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


async def test_no_push_name_becomes_a_part_of_the_page(browser: Browser) -> None:
    """With each of thirty, the list and the session's page have the elements that they have with a plain name."""
    await browser.log_in()
    stores = browser.api.stores
    key = await stores.keys.by_hash(hash_api_key(browser.key))
    assert key is not None
    session, _ = await stores.sessions.get_or_create(key.id, "sales", now=now_ms())
    held = await stores.sessions.claim(session.uid, "host-1")
    assert held is not None

    async def pages(push_name: str) -> list[list[tuple[str, tuple[str, ...]]]]:
        report = SessionReport(SessionStatus.FAILED, since=now_ms(), number="628123456789", push_name=push_name)
        assert await stores.sessions.write_report(session.uid, "host-1", held.epoch, report)
        shown = [await browser.get(path) for path in ("/console/sessions", "/console/sessions/sales")]
        assert all(page.status_code == 200 for page in shown)
        assert "<" not in push_name or all(push_name not in page.text for page in shown)
        return [Elements(page.text).found for page in shown]

    plain = await pages("Toko Baju")
    for payload in PAYLOADS:
        assert await pages(payload) == plain, payload


async def test_nothing_of_an_address_becomes_a_part_of_a_page(browser: Browser) -> None:
    """What is searched for, where one wants to go, and names that are none, are texts."""
    first = Elements((await browser.get("/")).text).found
    for payload in PAYLOADS:
        assert Elements((await browser.http.get("/", params={"next": payload})).text).found == first, payload
    await browser.log_in()
    plain = Elements((await browser.http.get("/console/sessions", params={"q": "x"})).text).found
    for payload in PAYLOADS:
        asked = {"q": payload, "show": payload, "page": payload}
        assert Elements((await browser.http.get("/console/sessions", params=asked)).text).found == plain, payload


async def test_no_page_may_be_framed_or_run_anything_of_others(browser: Browser) -> None:
    """Clickjacking, scripts and styles within a page: the headers of every answer refuse them, errors too."""
    await browser.log_in()
    for path in ("/", "/console/sessions", "/console/sessions/none", "/console/assets/console.js", "/console/login"):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert "default-src 'none'" in policy, path
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
    page = (await browser.get("/console/sessions")).text
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count('<script src="/console/assets/')


async def test_a_form_of_elsewhere_does_nothing(browser: Browser) -> None:
    """Even with the cookie and a right token (CSRF): the browser says where it comes from."""
    await browser.log_in()
    token = (await browser.get("/console/sessions")).text.partition('name="_token" value="')[2].partition('"')[0]
    for said in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        browser.http.headers.pop("Sec-Fetch-Site", None)
        answer = await browser.http.post(
            "/console/new-session", data={"name": "made-elsewhere", "_token": token}, headers=said
        )
        assert answer.status_code == 403
        assert "FORM_NOT_OURS" in answer.text
    assert "made-elsewhere" not in (await browser.get("/console/sessions")).text


async def test_a_form_without_a_token_of_this_login_does_nothing(browser: Browser) -> None:
    """A made-up one, none at all, and one of an earlier login."""
    await browser.log_in()
    page = (await browser.get("/console/sessions")).text
    earlier = page.partition('name="_token" value="')[2].partition('"')[0]
    await browser.log_in()
    for token in ("", "x", "0" * 96, "\u00e9" * 96, earlier):
        answer = await browser.http.post("/console/new-session", data={"name": "made-up", "_token": token})
        assert answer.status_code == 403
    assert "made-up" not in (await browser.get("/console/sessions")).text


async def test_a_token_is_another_one_on_each_page(browser: Browser) -> None:
    """What is compressed with it tells nothing of it (BREACH)."""
    await browser.log_in()
    pages = [(await browser.get("/console/sessions")).text for _ in range(2)]
    tokens = [page.partition('name="_token" value="')[2].partition('"')[0] for page in pages]
    assert tokens[0] != tokens[1]
    assert len(tokens[0]) == len(tokens[1]) > 64


async def test_nothing_that_is_stored_becomes_a_part_of_a_page(browser: Browser) -> None:
    """What programs say of keys, sessions, changes and hosts, on every page that shows it: all thirty at once."""
    await browser.log_in()
    await browser.log_in_as_admin()
    stores = browser.api.stores
    key = await stores.keys.by_hash(hash_api_key(browser.key))
    assert key is not None

    async def pages(name: str, words: str, short: str) -> list[list[tuple[str, tuple[str, ...]]]]:
        session, _ = await stores.sessions.get_or_create(key.id, name, now=now_ms())
        said = {
            "metadata": {"a": short},
            "deviceName": short,
            "rejectCalls": {"enabled": True, "reply": words.replace("\0", "")},
            "proxy": f"http://{words}",
        }
        await stores.sessions.choose(session.uid, lambda _: orjson.dumps(said).decode())
        other = replace(key, id=new_key_id(), hash=name, name=words, prefix=words)
        await stores.keys.add(other)
        entry = AuditEntry(
            new_audit_id(), now_ms(), other.id, words, other.id, words, words, words, {"name": words}, 400, words
        )
        await stores.audit.begin(entry)
        lease = await stores.leases.begin("host-0", words, room=1, folder=words, release=words)
        paths = (
            f"/console/audit?key={other.id}", f"/console/keys/{other.id}", "/console/keys", "/console/usage",
            f"/console/sessions/{name}", f"/console/sessions/{name}/now", f"/console/sessions/{name}/scan",
            "/console/hosts", "/console/go?q=key_",
        )  # fmt: skip
        shown = [await browser.get(path) for path in paths]
        assert [page.status_code for page in shown] == [200] * len(paths)
        assert await stores.leases.remove(lease)
        assert await stores.keys.delete(other.id)
        return [Elements(page.text).found for page in shown]

    plain = await pages("plain", "plain", "plain")
    assert await pages("other", " ".join(PAYLOADS), '"><svg onload=alert(1)>') == plain
