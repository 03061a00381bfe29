"""Somebody with a browser, a key, and the phones of the sandbox."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from playwright.sync_api import Browser

from shared.ids import new_key_id
from tests.browsing import chromium
from tests.launched import Launched
from tests.shared_gateway import fresh_number

_CONNECTS_WITHIN = 60.0


@dataclass
class Visitor:
    """One browser, and one key."""

    browser: Browser
    gateway: Launched
    key: str

    def scan(self, code: str, name: str = "") -> str:
        """The number of a new phone, of that name, that scans a code."""
        number = fresh_number()
        with httpx.Client(base_url=self.gateway.sandbox_url, timeout=30) as phones:
            phones.post("/phones", json={"number": number, "name": name}).raise_for_status()
            phones.post(f"/phones/{number}/scan", json={"qr": code}).raise_for_status()
        return number

    def linked(self, session: str, name: str = "") -> str:
        """The number of a session that is connected, by the API; its phone has that name."""
        headers = {"X-API-Key": self.key}
        with httpx.Client(base_url=self.gateway.url, headers=headers, timeout=60) as api:
            number = self.scan(api.get(f"/api/qr?sessionId={session}").json()["qr"], name)
            until = time.monotonic() + _CONNECTS_WITHIN
            while not api.get(f"/api/status?sessionId={session}").json()["connected"]:
                if time.monotonic() > until:
                    raise TimeoutError(f"{session} does not connect")
                time.sleep(0.05)
        return number

    @property
    def admin(self) -> dict[str, str]:
        """What whoever runs the gateway sends."""
        return {"X-Admin-Key": self.gateway.admin_key}


@contextmanager
def visiting(gateway: Launched) -> Generator[Visitor]:
    """Until the block ends; its key, and with it its sessions, are gone then."""
    keys = f"{gateway.url}/api/admin/apikeys"
    admin = {"X-Admin-Key": gateway.admin_key}
    made = httpx.post(f"{keys}/generate", json={"name": f"console {new_key_id()}"}, headers=admin, timeout=30).json()
    with chromium() as browser:
        yield Visitor(browser, gateway, made["apiKey"])
    httpx.delete(f"{keys}/{made['id']}", headers=admin, timeout=60)
