"""`python -m tests.screenshots`: pictures of the console, into docs/images/console/; with names, of those pages alone.

Against a sandbox with some sessions and a chat. Each page is there in light, in dark, on a narrow phone and in
Indonesian. Needs Debian's Chromium.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browsing import CHROMIUM, WITHOUT, chromium, opened
from tests.launched import Launched, launched

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "console"
CONTACT, CUSTOMER = "628122334455", "6281398765432"
SAID = (
    (CONTACT, "Good morning! Is the blue shirt still there?"),
    (None, "Good morning Sari. Yes, in M and L."),
    (CONTACT, "Then I take one in M, please."),
    (None, "It is yours. You can pick it up from 3 pm."),
    (CONTACT, "Thank you!"),
)
_QUALITY = 65
_CONNECTS_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody sees a page."""

    name: str
    options: dict[str, Any] = field(default_factory=dict[str, Any])


_WIDE, _NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
LOOKS = (
    Look("light", {"viewport": _WIDE}),
    Look("dark", {"viewport": _WIDE, "color_scheme": "dark"}),
    Look("narrow", {"viewport": _NARROW, "device_scale_factor": 2}),
    Look("indonesian", {"viewport": _WIDE, "locale": "id-ID"}),
)
PAGES = {
    "sessions": "/console/sessions",
    "session": "/console/sessions/sales",
    "scan": "/console/sessions/support/scan",
    "scan-by-number": "/console/sessions/support/scan?by-number",
    "chats": f"/console/chats/sales?chat={CONTACT}",
    "messages": "/console/messages",
    "playground": "/console/playground",
    "usage": "/console/usage?range=24h",
    "webhooks": "/console/webhooks",
    "events": "/console/events",
    "keys": "/console/keys",
    "audit": "/console/audit",
    "hosts": "/console/hosts",
    "sandbox": "/console/sandbox",
}

LEADING = {
    "message": ("/console/messages?show=failed", "#messages tbody a"),
    "webhook": ("/console/webhooks", "main tbody a"),
    "key": ("/console/keys", "main tbody a"),
}
"""Pages of what there is, by the list and the link that lead there."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A gateway with something to see."""

    gateway: Launched
    api: httpx.Client
    phones: httpx.Client

    def set(self) -> None:
        """Sessions in several states, and a chat."""
        self.link("sales", "6281234567890", "Toko Baju")
        self.phones.put("/phones/6281234567890/picture", json={}).raise_for_status()
        self.link("reminders", "6281298765432", "Toko Baju, reminders")
        self.phones.post("/contacts", json={"number": CONTACT, "name": "Sari"}).raise_for_status()
        self.phones.post("/contacts", json={"number": CUSTOMER, "name": "Budi", "reply": "OK"}).raise_for_status()
        for who, text in SAID:
            if who is None:
                self.send("sales", CONTACT, text)
            else:
                to = {"to": "6281234567890", "text": text}
                self.phones.post(f"/contacts/{who}/send", json=to).raise_for_status()
        self.send("sales", CUSTOMER, "Your parcel is on its way.")
        self.api.get("/api/qr?sessionId=support")
        self.link("codes", "6281255555555", "Toko Baju, codes")
        self.api.post("/api/sessions/codes/stop").raise_for_status()
        self.link("old-shop", "6281266666666", "Old shop")
        self.api.post("/api/sessions/old-shop/logout").raise_for_status()
        self.api.post("/api/send-message", json={"sessionId": "sales", "number": "6281200000000", "message": "Hello?"})
        hook = {"url": "http://127.0.0.1:9/whatsapp", "events": ["message.received"]}
        made = self.api.post("/api/webhooks", json=hook).raise_for_status().json()["webhook"]["id"]
        for kind in ("message.received", "session.status"):
            self.api.post(f"/api/webhooks/{made}/test", json={"type": kind}).raise_for_status()

    def link(self, session: str, number: str, name: str) -> None:
        """Have a phone scan the code of a session, and wait for it."""
        self.phones.post("/phones", json={"number": number, "name": name}).raise_for_status()
        code = self.api.get(f"/api/qr?sessionId={session}").json()["qr"]
        self.phones.post(f"/phones/{number}/scan", json={"qr": code}).raise_for_status()
        until = time.monotonic() + _CONNECTS_WITHIN
        while not self.api.get(f"/api/status?sessionId={session}").json()["connected"]:
            if time.monotonic() > until:
                raise TimeoutError(f"{session} does not connect")
            time.sleep(0.1)

    def send(self, session: str, number: str, text: str) -> None:
        """Send a text."""
        said = {"sessionId": session, "number": number, "message": text}
        self.api.post("/api/send-message", json=said).raise_for_status()


def main(wanted: Collection[str]) -> int:
    """Take them, all when none is named; how many kilobytes there are is printed."""
    if CHROMIUM is None:
        print(WITHOUT, file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        launched("sandbox", Path(folder) / "data", WAGATE_URL_ALLOW="127.0.0.1") as gateway,
    ):
        admin = {"X-Admin-Key": gateway.admin_key}
        made = httpx.post(
            f"{gateway.url}/api/admin/apikeys/generate", json={"name": "sandbox"}, headers=admin, timeout=30
        ).json()
        with (
            httpx.Client(base_url=gateway.url, headers={"X-API-Key": made["apiKey"]}, timeout=60) as api,
            httpx.Client(base_url=gateway.sandbox_url, timeout=60) as phones,
            chromium() as browser,
        ):
            Stage(gateway, api, phones).set()
            for look in LOOKS:
                for name, picture in taken(browser, gateway, look, wanted):
                    (FOLDER / f"{name}-{look.name}.webp").write_bytes(picture)
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{len(list(FOLDER.iterdir()))} pictures, {size // 1024} kB: {FOLDER}")
    return 0


def taken(browser: Browser, gateway: Launched, look: Look, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Each page that is wanted as somebody sees it, by its name."""

    def is_wanted(name: str) -> bool:
        return not wanted or name in wanted

    with opened(browser, gateway.url, **look.options) as page:
        page.goto("/")
        if is_wanted("login"):
            yield "login", shot(page)
        page.click("form[action='/console/sandbox/enter'] button")
        page.wait_for_url("**/console/sandbox")
        for name, path in filter(lambda each: is_wanted(each[0]), PAGES.items()):
            page.goto(path)
            if name == "scan":
                page.wait_for_selector("#scan .code svg:not(.done)")
            if name == "session":
                page.wait_for_selector(".course")
            yield name, shot(page)
        for name, (listed, link) in filter(lambda each: is_wanted(each[0]), LEADING.items()):
            page.goto(listed)
            page.goto(str(page.locator(link).first.get_attribute("href")))
            yield name, shot(page)
        if not is_wanted("customer"):
            return
        page.goto("/console/sessions/support/scan")
        page.click("summary")
        page.click("[hx-post$='/link'] button")
        link = page.inner_text("#the-link")
        with opened(browser, gateway.url, **look.options) as theirs:
            theirs.goto(link)
            theirs.wait_for_selector("#scan .code svg:not(.done)")
            yield "customer", shot(theirs)


def shot(page: Page) -> bytes:
    """What is on the screen, as a small picture."""
    page.wait_for_load_state("networkidle") if "console" not in page.url else page.wait_for_load_state()
    page.wait_for_timeout(500)  # pictures of a screen that comes to rest
    kept = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(kept, "WEBP", quality=_QUALITY, method=6)
    return kept.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
