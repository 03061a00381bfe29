"""The console in a browser, for who writes programs and who runs the gateway: playground, log of sends, ⌘K, plots."""

from __future__ import annotations

import re
import time

import httpx
from playwright.sync_api import expect

from shared.ids import new_key_id
from tests.browsing import WITHIN, log_in, needs_chromium, opened, until
from tests.e2e.visitors import Visitor
from tests.functions.console.test_attacks import PAYLOADS
from tests.shared_gateway import fresh_number

pytestmark = needs_chromium


def test_the_first_key_is_made_and_leads_to_a_code(visitor: Visitor) -> None:
    """Whoever starts a gateway has the admin key: they make a key, copy it, and go on to a first session."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.gateway.admin_key)
        page.click("text=Make a key")
        page.fill("#new-key input[name=name]", f"first {new_key_id()}")
        page.click("#new-key button[type=submit]")
        secret = page.inner_text("#new-key-text")
        assert secret.startswith("wa_")
        page.click("text=To its sessions")
        page.click("text=New session")
        page.fill("#new-session input[name=name]", "first")
        page.click("text=Make it and show the code")
        page.wait_for_selector("#scan .code svg:not(.done)")
        assert secret not in page.content()
        own = httpx.get(f"{visitor.gateway.url}/api/key", headers={"X-API-Key": secret}, timeout=30).json()["apiKey"]
        httpx.delete(f"{visitor.gateway.url}/api/admin/apikeys/{own['id']}", headers=visitor.admin, timeout=60)


def test_a_call_of_the_playground_is_in_the_log_of_sends(visitor: Visitor) -> None:
    """The code follows what is written; the message arrives, and stands in the log that is open in another tab."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        visitor.linked("played")
        contact = fresh_number()
        with httpx.Client(base_url=visitor.gateway.sandbox_url, timeout=60) as phones:
            phones.post("/contacts", json={"number": contact, "name": "Sari"}).raise_for_status()
            log_in(page, visitor.key)
            with page.context.new_page() as log:
                log.goto("/console/messages?session=played")
                page.goto("/console/playground/send_message?session=played")
                body = page.locator("textarea[name=body]")
                body.fill(body.input_value().replace("628123456789", contact).replace("Hello", "Good morning"))
                expect(page.locator("#code-1")).to_contain_text("Good morning")
                page.click("#call button[type=submit]")
                expect(page.locator("#answered")).to_contain_text('"status": "sent"', timeout=WITHIN)
                row = log.locator("#messages tr", has_text="Good morning from wagate")
                expect(row).to_be_visible(timeout=WITHIN)
                log.click("text=Pause")
                expect(log.locator("[data-pauses]")).to_have_text("Go on")
                row.locator("a").click()
                expect(log.locator("#the-body")).to_contain_text(contact)
            assert texts_of(phones, contact, 1) == ["Good morning from wagate"]
            phones.delete(f"/contacts/{contact}").raise_for_status()


def texts_of(phones: httpx.Client, contact: str, wanted: int) -> list[str]:
    """What a contact got, once it is so much."""
    end = time.monotonic() + WITHIN / 1000
    while len(got := phones.get(f"/contacts/{contact}/messages").json()["messages"]) < wanted:
        assert time.monotonic() < end, got
        time.sleep(0.05)
    return [each["text"] for each in got]


def test_what_was_not_sent_is_sent_once_more(visitor: Visitor) -> None:
    """What waited too long for its session, by the button on its page; the new one's page is open afterwards."""
    with (
        opened(visitor.browser, visitor.gateway.url) as page,
        httpx.Client(base_url=visitor.gateway.url, headers={"X-API-Key": visitor.key}, timeout=60) as api,
        httpx.Client(base_url=visitor.gateway.sandbox_url, timeout=60) as phones,
    ):
        visitor.linked("resends")
        contact = fresh_number()
        phones.post("/contacts", json={"number": contact, "name": "Sari"}).raise_for_status()
        api.post("/api/sessions/resends/stop").raise_for_status()
        said = {
            "sessionId": "resends",
            "number": contact,
            "message": "Hello?",
            "queue": True,
            "expiresIn": 1,
            "wait": 0,
        }
        sent = api.post("/api/send-message", json=said).raise_for_status().json()["id"]
        while time.time() * 1000 <= api.get(f"/api/messages/{sent}").json()["expiresAt"]:
            time.sleep(0.05)
        api.post("/api/sessions/resends/start").raise_for_status()
        log_in(page, visitor.key)
        page.goto(f"/console/messages/{sent}")
        expect(page.locator("#message .badge")).to_contain_text("not sent in time", timeout=WITHIN)
        expect(page.locator("#message")).to_contain_text("MESSAGE_EXPIRED")
        page.click("text=Send once more")
        expect(page.locator("#message .badge")).to_contain_text(re.compile("delivered|read"), timeout=WITHIN)
        assert sent not in page.url
        phones.delete(f"/contacts/{contact}").raise_for_status()


def test_a_few_letters_lead_to_a_session(visitor: Visitor) -> None:
    """Ctrl+K on any page, the beginning of a name, Enter; arrows go through what was found."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.key)
        page.goto("/console/sessions")
        page.click("text=New session")
        page.fill("#new-session input[name=name]", "far-away")
        page.click("text=Make it and show the code")
        page.wait_for_url("**/scan")
        page.goto("/console/playground")
        page.keyboard.press("Control+k")
        page.fill("#go", "far-a")
        expect(page.locator("#places a")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        expect(page.locator("#places a").first).to_be_focused()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/console/sessions/far-away")


def test_the_capacity_is_drawn(visitor: Visitor) -> None:
    """A plot that grows while the page is open, beside its words; nothing of it is refused by the page's policy."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.gateway.admin_key)
        page.goto("/console/hosts")
        expect(page.locator(".plot canvas")).to_be_visible(timeout=WITHIN)
        expect(page.locator("#capacity-now")).to_contain_text("places are taken")


def test_the_picture_of_a_number_is_in_the_list(visitor: Visitor) -> None:
    """As its host has it from WhatsApp's picture server; and when something last came and went."""
    with (
        opened(visitor.browser, visitor.gateway.url) as page,
        httpx.Client(base_url=visitor.gateway.sandbox_url, timeout=60) as phones,
    ):
        number, contact = visitor.linked("pictured"), fresh_number()
        phones.put(f"/phones/{number}/picture", json={}).raise_for_status()
        phones.post("/contacts", json={"number": contact, "name": "Sari", "reply": "Yes."}).raise_for_status()
        said = {"sessionId": "pictured", "number": contact, "message": "Hello"}
        headers = {"X-API-Key": visitor.key}
        httpx.post(f"{visitor.gateway.url}/api/send-message", json=said, headers=headers, timeout=60).raise_for_status()
        log_in(page, visitor.key)
        row = page.locator("tr", has_text="pictured")
        for words in ("In:", "Out:"):
            expect(row).to_contain_text(words, timeout=WITHIN)
        until(page, "Array.from(document.querySelectorAll('.face img'), i => i.naturalWidth).includes(96)")
        phones.delete(f"/contacts/{contact}").raise_for_status()


def test_plots_are_in_the_language_of_the_page(visitor: Visitor) -> None:
    """Days and months below them, numbers and the time beside: what uPlot says by itself is English."""
    with opened(visitor.browser, visitor.gateway.url, locale="id-ID", timezone_id="Asia/Jakarta") as page:
        page.add_init_script(
            "window.drawn = []; const fill = CanvasRenderingContext2D.prototype.fillText;"
            "CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {"
            " window.drawn.push(text); return fill.call(this, text, ...rest) }"
        )
        log_in(page, visitor.key)
        page.goto("/console/usage?range=90d")
        expect(page.locator(".plot canvas").first).to_be_visible(timeout=WITHIN)
        drawn: list[str] = page.evaluate("window.drawn")
        months = {"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"}
        assert {words.split()[1] for words in drawn if len(words.split()) == 2} <= months
        assert any(words.split()[0].isdecimal() for words in drawn if len(words.split()) == 2), "14 Okt, not Okt 14"
        page.locator(".plot .u-over").first.hover()
        expect(page.locator(".plot .u-legend").first).to_contain_text("Waktu")
        expect(page.locator(".plot .u-legend").first).to_contain_text(
            re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d\.\d\d")
        )


def test_something_goes_wrong_by_a_click(visitor: Visitor) -> None:
    """In the sandbox: begun, seen in the list of what goes on, and ended."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.key)
        page.goto("/console/sandbox")
        page.select_option("select[name=kind]", "upload")
        page.click("text=Let it go wrong")
        shown = page.locator("#faults li")
        expect(shown).to_contain_text("WhatsApp takes no files", timeout=WITHIN)
        shown.locator("button").click()
        expect(page.locator("#faults")).to_contain_text("Nothing goes wrong", timeout=WITHIN)


def test_a_file_of_the_browser_goes_with_a_call(visitor: Visitor) -> None:
    """The code names it before it is sent."""
    with opened(visitor.browser, visitor.gateway.url) as page:
        log_in(page, visitor.key)
        page.goto("/console/playground/upload_file")
        page.set_input_files("input[type=file]", {"name": "a b.png", "mimeType": "image/png", "buffer": b"\x89PNG x"})
        expect(page.locator("#code-1")).to_contain_text("""-F 'file=@"a b.png"'""", timeout=WITHIN)
        page.click("#call button[type=submit]")
        expect(page.locator("#answered")).to_contain_text('"originalName": "a b.png"', timeout=WITHIN)


def test_no_word_of_a_stranger_runs_in_a_browser(visitor: Visitor) -> None:
    """Thirty payloads as texts, push names and names of phones, on every page that shows them: none runs, or loads."""
    words = [payload.replace("\0", "") for payload in PAYLOADS]
    with (
        opened(visitor.browser, visitor.gateway.url) as page,
        httpx.Client(base_url=visitor.gateway.sandbox_url, timeout=60) as phones,
        httpx.Client(base_url=visitor.gateway.url, headers={"X-API-Key": visitor.key}, timeout=60) as api,
    ):
        ran: list[str] = []
        page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda asked: ran.append(asked.url) if "evil.example" in asked.url else None)
        number = visitor.linked("attacked", "".join(words)[:99])
        contact = fresh_number()
        phones.post("/contacts", json={"number": contact, "name": "".join(words)[:100]}).raise_for_status()
        for text in words:
            phones.post(f"/contacts/{contact}/send", json={"to": number, "text": text}).raise_for_status()
        said = {"sessionId": "attacked", "number": contact, "message": "\n".join(words)}
        api.post("/api/send-message", json=said).raise_for_status()
        log_in(page, visitor.key)
        page.goto(f"/console/chats/attacked?chat={contact}")
        expect(page.locator(".talk .said")).to_have_count(len(words) + 1, timeout=WITHIN)
        page.locator(".talk .said").first.get_by_role("button", name="Quote").click()
        for path in (
            "sessions",
            "sessions/attacked",
            "sessions/attacked/scan",
            "messages",
            "sandbox",
            "chats/attacked",
        ):
            page.goto(f"/console/{path}")
            page.wait_for_load_state()
        page.goto("/console/messages")
        page.locator("#messages tbody a").first.click()
        expect(page.locator("#the-body")).to_contain_text("alert(1)")
        assert ran == []
        phones.delete(f"/contacts/{contact}").raise_for_status()
