"""Logging in to the console, and what keeps others from being logged in by it."""

from __future__ import annotations

import re
from pathlib import Path

from shared.adapters.stores import open_stores
from shared.ids import hash_api_key
from tests.functions.conftest import ADMIN, Api, api_with
from tests.functions.console.conftest import Browser

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/console/",
    "/console//evil.example",
    "/\\evil.example",
    "/console/\\evil.example",
    "javascript:alert(1)",
    "/api/sessions",
    "/console/a b",
    "/console/\nx",
    "\thttps://evil.example",
)


async def test_a_key_opens_the_sessions_and_is_in_no_page(browser: Browser) -> None:
    """The cookie is sealed, for this host and no script; neither it nor a page holds the key."""
    answer = await browser.log_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/sessions")
    cookie = answer.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie
    page = await browser.get("/console/sessions")
    assert page.status_code == 200
    assert browser.key not in page.text + cookie + str(page.headers)
    assert (await browser.get("/")).headers["Location"] == "/console/sessions"


async def test_behind_tls_the_cookie_never_leaves_it(browser: Browser) -> None:
    """The name with `__Host-` is one that a browser takes over TLS only."""
    answer = await browser.http.post(
        "/console/login", data={"key": browser.key}, headers={"X-Forwarded-Proto": "https"}
    )
    assert re.match(r"__Host-wagate_console=sealed\.[^;]+;.*; Secure$", answer.headers["Set-Cookie"])


async def test_nobody_sees_a_page_without_logging_in(browser: Browser) -> None:
    """Each leads to the first page, and from there back to where one wanted to be."""
    for path in ("/console/sessions", "/console/sessions/x?tab=1", "/console/live"):
        answer = await browser.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/?next=%2Fconsole%2F")
    assert (await browser.http.post("/console/new-session", data={"name": "x"})).headers["Location"] == "/"
    back = await browser.log_in(next="/console/sessions/x?tab=1")
    assert back.headers["Location"] == "/console/sessions/x?tab=1"


async def test_a_link_from_elsewhere_leads_to_its_page(browser: Browser) -> None:
    """A browser sends no `SameSite=Strict` cookie with it: the page asks once more by itself."""
    answer = await browser.get("/console/sessions", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0; url=/?next=%2Fconsole%2Fsessions"' in answer.text


async def test_a_wrong_key_opens_nothing_and_is_not_repeated(browser: Browser) -> None:
    """The page says what is wrong; what was typed is not in it."""
    for wrong in ("wa_" + "x" * 43, "nonsense-of-somebody", "", "wadmin_wrong"):
        answer = await browser.http.post("/console/login", data={"key": wrong})
        assert answer.status_code in {401, 403}
        assert "Set-Cookie" not in answer.headers
        assert 'role="alert"' in answer.text
        assert not wrong or wrong not in answer.text


async def test_guessing_is_slow(nats_url: str, tmp_path: Path) -> None:
    """Wrong keys count as they do on the API."""
    async with api_with(nats_url, tmp_path, auth_failures_per_minute=2) as api:
        statuses = [
            (await api.http.post("/console/login", data={"key": f"guess-{count}"})).status_code for count in range(4)
        ]
    assert statuses == [403, 403, 429, 429]


async def test_no_address_leads_elsewhere(browser: Browser) -> None:
    """After logging in, `next` is an address of the console or it is none (open redirect)."""
    for address in ELSEWHERE:
        assert (await browser.log_in(next=address)).headers["Location"] == "/console/sessions"
        assert (await browser.http.get("/", params={"next": address})).headers["Location"] == "/console/sessions"
        answer = await browser.http.post("/console/language", data={"language": "id", "back": address})
        assert answer.headers["Location"] == "/"


async def test_a_revoked_key_is_out_at_once(browser: Browser) -> None:
    """Every request looks at its row: by whichever process it was revoked."""
    await browser.log_in()
    assert (await browser.get("/console/sessions")).status_code == 200
    async with open_stores(browser.api.settings) as stores:  # as another process does it
        key = await stores.keys.by_hash(hash_api_key(browser.key))
        assert key is not None
        await stores.keys.revoke(key.id)
    gone = await browser.get("/console/sessions")
    assert gone.status_code == 303
    assert "Max-Age=0" in gone.headers["Set-Cookie"]
    open_ = {"HX-Request": "true", "HX-Current-URL": "http://gateway/console/messages?show=failed"}
    part = await browser.get("/console/sessions", **open_)
    assert part.headers["HX-Redirect"] == "/?next=%2Fconsole%2Fmessages%3Fshow%3Dfailed", (
        "back to the page that is open"
    )


async def test_another_admin_key_throws_the_old_one_out(nats_url: str, tmp_path: Path) -> None:
    """The cookie names which admin key it was made with."""
    async with api_with(nats_url, tmp_path) as api:
        cookie = (await api.http.post("/console/login", data={"key": ADMIN})).headers["Set-Cookie"].partition(";")[0]
        assert (await api.http.get("/", headers={"Cookie": cookie})).status_code == 303
    async with api_with(nats_url, tmp_path, admin_key="another-admin-key-now") as api:
        assert (await api.http.get("/", headers={"Cookie": cookie})).status_code == 200


async def test_a_cookie_that_was_changed_or_of_another_place_opens_nothing(browser: Browser, api: Api) -> None:
    """Neither half of it, nor one with other letters, nor the key itself."""
    cookie = (await browser.log_in()).headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    for wrong in (cookie[:-4] + "AAAA", cookie[: len(cookie) // 2], browser.key, "sealed.1.00000000.AAAA", ""):
        answer = await api.http.get("/console/sessions", headers={"Cookie": f"wagate_console={wrong}"})
        assert answer.status_code == 303


async def test_a_key_without_the_scope_is_told_so(browser: Browser) -> None:
    """Pages ask for the same scopes as the routes of the API."""
    key = (await browser.api.new_key(scopes=["messages:send"]))["X-API-Key"]
    await browser.log_in(key)
    answer = await browser.get("/console/sessions")
    assert answer.status_code == 403
    assert "SCOPE_MISSING" in answer.text


async def test_logging_out_ends_it(browser: Browser) -> None:
    """The cookie goes, and the first page is back."""
    await browser.log_in()
    assert "Max-Age=0" in (await browser.send("/console/logout")).headers["Set-Cookie"]
    assert (await browser.get("/console/sessions")).status_code == 303
