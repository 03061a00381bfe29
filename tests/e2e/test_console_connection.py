"""The console in a browser when something is away: the gateway, the tab itself, the key; and it goes on by itself."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browsing import WITHIN, log_in, needs_chromium, only_told, opened, until, until_told
from tests.e2e.visitors import Visitor

pytestmark = needs_chromium


def seen(page: Page, *, hidden: bool) -> None:
    """Another tab is in front of it, or no longer."""
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.isHidden, configurable: true})")
    page.evaluate(
        "isHidden => { window.isHidden = isHidden; document.dispatchEvent(new Event('visibilitychange')) }", hidden
    )


def test_a_page_that_was_cut_off_says_so_and_goes_on(visitor: Visitor) -> None:
    """It shows what was so before, and says that; then it is up to date, and is told of changes again."""
    with (
        opened(visitor.browser, visitor.gateway.url) as page,
        httpx.Client(base_url=visitor.gateway.url, headers={"X-API-Key": visitor.key}, timeout=30) as api,
    ):
        only_told(page)
        log_in(page, visitor.key)
        page.goto("/console/sessions")
        until_told(page)
        expect(page.locator("#lost")).to_be_hidden()
        page.context.set_offline(True)
        expect(page.get_by_role("alert")).to_contain_text("The gateway does not answer.", timeout=WITHIN)
        api.post("/api/sessions/meanwhile/start")
        page.context.set_offline(False)
        expect(page.locator("#lost")).to_be_hidden(timeout=WITHIN)
        row = page.locator("tr", has_text="meanwhile")
        expect(row).to_be_visible(timeout=WITHIN)
        seen(page, hidden=True)
        seen(page, hidden=False)
        expect(row).to_contain_text("Waits for a phone", timeout=WITHIN)
        api.post("/api/sessions/meanwhile/stop")
        expect(row).to_contain_text("Stopped", timeout=WITHIN)


def test_a_name_that_is_being_typed_is_not_wiped_out(visitor: Visitor) -> None:
    """What somebody searches for stays as it is when an older answer comes; what is shown follows."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.key)
        page.goto("/console/sessions")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/console/sessions?*", hold)
        with page.expect_request("**/console/sessions?*"):
            page.evaluate("htmx.trigger(document.body, 'back')")
        page.locator("#search").press_sequentially("ab")
        page.evaluate("document.addEventListener('htmx:afterSettle', () => { window.isSettled = true })")
        held[0].continue_()
        until(page, "window.isSettled === true")
        expect(page.locator("#search")).to_have_value("ab")


@pytest.mark.parametrize("path", ["/console/chats/gone?chat=628123456789", "/console/messages"])
def test_who_has_no_key_any_more_is_out_without_touching_anything(visitor: Visitor, path: str) -> None:
    """The page that is open is told so, and leads to the first page, which leads back."""
    url = visitor.gateway.url
    made = httpx.post(
        f"{url}/api/admin/apikeys/generate", json={"name": "soon gone"}, headers=visitor.admin, timeout=30
    ).json()
    httpx.post(f"{url}/api/sessions/gone/stop", headers={"X-API-Key": made["apiKey"]}, timeout=30)
    with opened(visitor.browser, url) as page:
        only_told(page)
        log_in(page, made["apiKey"])
        httpx.post(f"{url}/api/sessions/gone/start", headers={"X-API-Key": made["apiKey"]}, timeout=30)
        page.goto(path)
        until_told(page)
        httpx.delete(f"{url}/api/admin/apikeys/{made['id']}", headers=visitor.admin, timeout=60).raise_for_status()
        page.wait_for_selector("input[name=key]")
        assert "next=%2Fconsole%2F" in page.url
