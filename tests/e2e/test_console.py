"""The console in a browser: from a key to a connected number, with pages that turn by themselves."""

from __future__ import annotations

import base64
import io

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browsing import WITHIN, log_in, needs_chromium, only_told, opened, serious, until, until_told
from tests.e2e.visitors import Visitor
from tests.shared_gateway import fresh_number

pytestmark = needs_chromium


def new_session(page: Page, name: str) -> None:
    """From the list to the code."""
    page.goto("/console/sessions")
    page.click("text=New session")
    page.fill("#new-session input[name=name]", name)
    page.click("text=Make it and show the code")
    page.wait_for_selector("#scan .code svg:not(.done)")


def test_the_code_on_the_screen_is_scanned_and_the_page_turns_by_itself(visitor: Visitor) -> None:
    """What a camera would see is decoded; a list that is open in another tab shows the number within a second."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.key)
        new_session(page, "scanned")
        with page.context.new_page() as beside:
            beside.goto("/console/sessions")
            row = beside.locator("tr", has_text="scanned")
            expect(row).to_contain_text("Waits for a phone", timeout=WITHIN)
            picture = Image.open(io.BytesIO(page.locator("#scan .code").screenshot()))
            (code,) = zxingcpp.read_barcodes(picture)
            number = visitor.scan(code.text)
            expect(page.locator("#scan")).to_contain_text("Connected", timeout=WITHIN)
            expect(page.locator("#scan .ready")).to_contain_text(f'"number": "{number}"')
            expect(row).to_contain_text("Connected", timeout=WITHIN)
            assert visitor.key not in page.content() + beside.content()


def test_a_phone_of_the_sandbox_scans_by_one_click(visitor: Visitor) -> None:
    """Somebody without a phone sees the whole way; afterwards the session's page knows what happened."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        page.goto("/")
        page.click("text=Open the sandbox")
        page.wait_for_url("**/console/sandbox")
        page.goto("/console/sessions")
        log_out_and_in(page, visitor.key)
        new_session(page, "clicked")
        page.click("text=Scan with a new phone")
        expect(page.locator("#scan")).to_contain_text("Connected", timeout=WITHIN)
        page.click("text=Open the session")
        course = page.locator(".course")
        for words in ("Connected", "Linking", "Waits for a phone"):
            expect(course).to_contain_text(words, timeout=WITHIN)
        expect(page.locator("#session")).to_contain_text("Open", timeout=WITHIN)


def log_out_and_in(page: Page, key: str) -> None:
    """With another key."""
    page.click("text=Log out")
    page.wait_for_url("**/")
    log_in(page, key)


def test_a_change_is_on_the_screen_without_being_asked_for(visitor: Visitor) -> None:
    """Somebody else stops a session: the page that is open is told so, and shows it."""
    with opened(visitor.browser, visitor.gateway.url) as page, httpx.Client(base_url=visitor.gateway.url) as http:
        only_told(page)
        log_in(page, visitor.key)
        page.goto("/console/sessions")
        until_told(page)
        http.headers["X-API-Key"] = visitor.key
        http.post("/api/sessions/watched/start", timeout=30)
        row = page.locator("tr", has_text="watched")
        expect(row).to_be_visible(timeout=WITHIN)
        http.post("/api/sessions/watched/stop", timeout=30)
        expect(row).to_contain_text("Stopped", timeout=WITHIN)


def test_a_customer_links_a_phone_by_a_link_that_works_once(visitor: Visitor) -> None:
    """Without a key: the code on their own screen, done, the way back; the link is dead afterwards."""
    with opened(visitor.browser, visitor.gateway.url) as page, opened(visitor.browser, visitor.gateway.url) as theirs:
        log_in(page, visitor.key)
        new_session(page, "customer")
        page.click("summary")
        page.fill("input[name=return-url]", "https://shop.example/done")
        page.click("text=Make a link")
        link = page.inner_text("#the-link")
        theirs.goto(link)
        theirs.wait_for_selector("#scan .code svg:not(.done)")
        picture = Image.open(io.BytesIO(theirs.locator("#scan .code").screenshot()))
        (code,) = zxingcpp.read_barcodes(picture)
        visitor.scan(code.text)
        expect(theirs.locator("#scan")).to_contain_text("Your phone is linked", timeout=WITHIN)
        expect(theirs.get_by_role("button", name="Back to shop.example")).to_have_attribute(
            "href", "https://shop.example/done"
        )
        again = theirs.goto(link)
        assert again is not None
        assert again.status == 410


def test_a_message_goes_out_and_its_answer_comes_by_itself(visitor: Visitor) -> None:
    """With a picture that somebody sends; what was read is said."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.key)
        new_session(page, "talking")
        page.click("text=Scan with a new phone")
        expect(page.locator("#scan")).to_contain_text("Connected", timeout=WITHIN)
        number = str(
            httpx.get(
                f"{visitor.gateway.url}/api/status?sessionId=talking", headers={"X-API-Key": visitor.key}, timeout=30
            ).json()["number"]
        )
        contact = fresh_number()
        with httpx.Client(base_url=visitor.gateway.sandbox_url, timeout=60) as phones:
            phones.post("/contacts", json={"number": contact, "name": "Sari", "reply": "Thank you!"}).raise_for_status()
            page.goto(f"/console/chats/talking?chat={contact}")
            page.fill("#text", "Your order is ready.")
            page.press("#text", "Enter")
            talk = page.locator(".talk")
            expect(talk).to_contain_text("Thank you!", timeout=WITHIN)
            expect(page.locator("#text")).to_have_value("")  # its answer may come before it is said to be sent
            talk.locator(".said", has_text="Thank you!").get_by_role("button", name="Quote").click()
            expect(page.locator("#quoted")).to_contain_text("Thank you!")
            page.locator("#text").press_sequentially("You are welcome.")
            page.press("#text", "Enter")
            expect(talk.locator(".own", has_text="You are welcome.")).to_contain_text("read", timeout=WITHIN)
            expect(page.locator("#quoted")).to_be_hidden()
            answered = phones.get(f"/contacts/{contact}/messages").json()["messages"][-1]
            assert (answered["text"], answered["quoted"]["text"]) == ("You are welcome.", "Thank you!")
            expect(talk.locator(".own").first).to_contain_text("read", timeout=WITHIN)
            picture = base64.b64encode(_picture()).decode()
            phones.post(
                f"/contacts/{contact}/send", json={"to": number, "type": "image", "base64": picture, "text": "see"}
            ).raise_for_status()
            shown = talk.locator("img")
            expect(shown).to_be_visible(timeout=WITHIN)
            until(page, "document.querySelector('.talk img')?.naturalWidth === 64")
            assert serious(page) == []
            phones.delete(f"/contacts/{contact}").raise_for_status()


def test_what_is_written_while_a_message_is_sent_stays(visitor: Visitor) -> None:
    """What was sent is out of the form once WhatsApp has it; what somebody has added by then is not lost."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        visitor.linked("added")
        made = httpx.post(f"{visitor.gateway.sandbox_url}/sinks", json={"count": 1}, timeout=30).json()
        log_in(page, visitor.key)
        page.goto(f"/console/chats/added?chat={made['numbers'][0]}")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/chats/added/text", hold)
        page.fill("#text", "One.")
        with page.expect_request("**/chats/added/text"):
            page.press("#text", "Enter")
        page.locator("#text").press_sequentially(" Two.")
        held[0].continue_()
        expect(page.locator(".talk .own")).to_contain_text("One.")
        expect(page.locator("#text")).to_have_value(" Two.")


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(made, "PNG")
    return made.getvalue()


def test_a_key_that_is_revoked_is_thrown_out(visitor: Visitor) -> None:
    """The page that is open leads to the first page by itself."""
    admin = {"X-Admin-Key": visitor.gateway.admin_key}
    url = visitor.gateway.url
    made = httpx.post(f"{url}/api/admin/apikeys/generate", json={"name": "soon gone"}, headers=admin, timeout=30).json()
    with opened(visitor.browser, url) as page:
        log_in(page, made["apiKey"])
        page.goto("/console/sessions")
        httpx.post(f"{url}/api/admin/apikeys/{made['id']}/revoke", headers=admin, timeout=30).raise_for_status()
        page.wait_for_selector("input[name=key]")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_nothing_keeps_anybody_from_using_a_page(visitor: Visitor, scheme: str, width: int) -> None:
    """axe-core finds nothing serious, and on a screen of 320 pixels no page is wider than that."""
    size = {"width": width, "height": 800}
    with opened(visitor.browser, visitor.gateway.url, color_scheme=scheme, viewport=size) as page:
        page.set_content("<img src=x><input>")
        assert serious(page), "it finds what is wrong"
        found = serious_on(page, "/", width)
        log_in(page, visitor.key)
        log_in_as_well(page, visitor.gateway.admin_key)
        httpx.post(f"{visitor.gateway.url}/api/sessions/{LONG}/stop", headers={"X-API-Key": visitor.key}, timeout=30)
        httpx.post(f"{visitor.gateway.url}/api/sessions/{LONG}/start", headers={"X-API-Key": visitor.key}, timeout=30)
        said = {"sessionId": LONG, "number": "628123456789", "message": "Hello", "queue": True, "wait": 0}
        hook = {"url": "http://127.0.0.1:9/" + "hook" * 60}
        for path, body in (("/api/send-message", said), ("/api/webhooks", hook)):
            url = f"{visitor.gateway.url}{path}"
            httpx.post(url, json=body, headers={"X-API-Key": visitor.key}, timeout=30).raise_for_status()
        for path in PAGES:
            found += serious_on(page, path, width)
        for listed, first in LEADING:
            page.goto(listed)
            found += serious_on(page, str(page.locator(first).first.get_attribute("href")), width)
        assert found == []


LONG = "usable-" + "x" * 57
"""The longest name that a session may have."""
PAGES = (
    "/console/sessions",
    f"/console/sessions/{LONG}",
    f"/console/sessions/{LONG}/scan?by-number",
    f"/console/chats/{LONG}",
    "/console/messages",
    "/console/playground",
    "/console/usage",
    "/console/webhooks",
    "/console/events",
    "/console/keys",
    "/console/audit",
    "/console/hosts",
    "/console/sandbox",
    "/console/sessions/nobody",
)
LEADING = (
    ("/console/messages", "#messages tbody a"),
    ("/console/webhooks", "main tbody a"),
    ("/console/keys", "main tbody a"),
)
"""Pages with links to what there is, which has a page of its own."""


def log_in_as_well(page: Page, key: str) -> None:
    """With a second key: a browser of somebody who has both."""
    page.goto("/console/login")
    page.fill("input[name=key]", key)
    page.click("form[action='/console/login'] button[type=submit]")
    page.wait_for_url("**/console/sessions")


def serious_on(page: Page, path: str, width: int) -> list[str]:
    """What is wrong with a page."""
    page.goto(path)
    page.wait_for_load_state()
    found = [f"{path}: {each}" for each in serious(page)]
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return found if wide <= width else [*found, f"{path} is {wide} pixels wide on a screen of {width}"]
