"""Webhooks in a browser: an event that a receiver refused is delivered once more, and what was missed is sent."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from playwright.sync_api import Page, expect

from tests.browsing import WITHIN, log_in, needs_chromium, opened, serious
from tests.e2e.visitors import Visitor
from tests.shared_gateway import fresh_number

pytestmark = needs_chromium


@dataclass
class Receiver:
    """Somebody's server; what it refuses, it refuses for good."""

    refuses: bool = False
    url: str = ""
    came: list[str] = field(default_factory=list)
    """The id of each event that it took."""


@contextmanager
def receiving() -> Generator[Receiver]:
    """One that runs until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if not receiver.refuses:
                receiver.came.append(self.headers["webhook-id"])
            self.send_response(500 if receiver.refuses else 200)
            if receiver.refuses:
                self.send_header("webhook-delivery", "abort-message")
            self.end_headers()

        def log_message(self, *_: object) -> None:  # the library's argument names a builtin
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def made(page: Page, url: str) -> None:
    """A webhook of what comes in; its page is open afterwards."""
    page.goto("/console/webhooks")
    page.click("text=New webhook")
    page.fill("#new-webhook input[name=url]", url)
    page.select_option("#new-webhook select[name=event]", "message.received")
    page.click("text=Make the webhook")
    expect(page.locator("#webhook-secret")).to_contain_text("whsec_")
    page.click("text=I have it")


def test_what_was_refused_is_counted_and_sent_and_redelivered(visitor: Visitor) -> None:
    """Its attempts are on the page as they happen; the count stands before the button that sends them."""
    with (
        opened(visitor.browser, visitor.gateway.url) as page,
        receiving() as receiver,
        httpx.Client(base_url=visitor.gateway.sandbox_url, timeout=60) as phones,
    ):
        number, contact = visitor.linked("hooked"), fresh_number()
        phones.post("/contacts", json={"number": contact, "name": "Sari"}).raise_for_status()
        receiver.refuses = True
        log_in(page, visitor.key)
        made(page, receiver.url)
        for text in ("Is it there?", "Hello?"):
            phones.post(f"/contacts/{contact}/send", json={"to": number, "text": text}).raise_for_status()
        refused = page.locator(".attempts li", has_text="Given up")
        expect(refused).to_have_count(2, timeout=WITHIN)
        assert receiver.came == []
        receiver.refuses = False
        page.click("text=Count what was missed")
        expect(page.locator("#missed")).to_contain_text("2 events were missed.")
        page.click("text=Send them")
        expect(page.locator("#missed")).to_contain_text("2 events are sent once more.")
        delivered = page.locator(".attempts li", has_text="Delivered")
        expect(delivered).to_have_count(2, timeout=WITHIN)
        assert len(set(receiver.came)) == 2
        delivered.first.locator("summary").click()
        again = delivered.first.locator("code").first.inner_text()
        delivered.first.locator("text=Deliver once more").click()
        expect(page.locator("#notes")).to_contain_text("delivered once more")
        expect(delivered.first).to_contain_text("3 attempts", timeout=WITHIN)
        assert receiver.came.count(again) == 2
        assert serious(page) == []
        phones.delete(f"/contacts/{contact}").raise_for_status()


def test_an_event_of_the_catalogue_is_sent_to_me(visitor: Visitor) -> None:
    """Its example is on the page, and arrives at the webhook that is chosen."""
    with opened(visitor.browser, visitor.gateway.url) as page, receiving() as receiver:
        log_in(page, visitor.key)
        made(page, receiver.url)
        page.goto("/console/events")
        page.fill("#search", "session.status")
        kind = page.locator("[id='e-session.status']")
        expect(kind).to_be_visible()
        expect(page.locator("[id='e-message.received']")).to_have_count(0)
        kind.locator("summary").click()
        expect(kind).to_contain_text('"type": "session.status"')
        page.select_option("#to", label=receiver.url)
        kind.locator("text=Send me this one").click()
        expect(kind).to_contain_text("It took it.", timeout=WITHIN)
        assert len(receiver.came) == 1
