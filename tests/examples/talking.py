"""A connected session of a gateway, and the contacts of the sandbox that it writes with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.launched import Launched
from tests.shared_gateway import delete_sessions

_WITHIN = 60.0
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Number:
    """A session, as an example's environment names it."""

    gateway: Launched
    digits: str
    settings: dict[str, str]
    contacts: list[str] = field(default_factory=list)

    @classmethod
    def logged_in(cls, gateway: Launched, digits: str, session: str) -> Number:
        """Make a key, and pair a phone of the sandbox with a session of it."""
        admin = {"X-Admin-Key": gateway.admin_key}
        made = httpx.post(
            f"{gateway.url}/api/admin/apikeys/generate", json={"name": "examples"}, headers=admin, timeout=30
        )
        settings = {
            "WAGATE_URL": gateway.url,
            "WAGATE_API_KEY": made.json()["apiKey"],
            "WAGATE_SESSION": session,
        }
        number = cls(gateway, digits, settings)
        number.control("/phones", number=digits)
        qr = number.ask("/api/qr")["qr"]
        number.control(f"/phones/{digits}/scan", qr=qr)
        until(lambda: number.ask("/api/status")["connected"])
        return number

    def ask(self, path: str) -> dict[str, Any]:
        """Ask the gateway about the session."""
        headers = {"X-API-Key": self.settings["WAGATE_API_KEY"], "X-Session-Id": self.settings["WAGATE_SESSION"]}
        return httpx.get(self.gateway.url + path, headers=headers, timeout=30).json()

    def control(self, path: str, **body: Any) -> dict[str, Any]:
        """Have the sandbox do something."""
        answer = httpx.post(self.gateway.sandbox_url + path, json=body, timeout=30)
        answer.raise_for_status()
        if path == "/contacts":
            self.contacts.append(body["number"])
        return answer.json()

    def hears(self, contact: str, text: str) -> None:
        """Have a contact write; the session has it, and has told of it."""
        said = self.control(f"/contacts/{contact}/send", to=self.digits, text=text)["id"]
        until(lambda: said in str(self.ask("/api/events?types=message.received&limit=1000")))

    def leave(self) -> None:
        """Delete its sessions, and its contacts with their clients."""
        delete_sessions(self.gateway, self.settings["WAGATE_API_KEY"])
        for contact in self.contacts:
            httpx.delete(f"{self.gateway.sandbox_url}/contacts/{contact}", timeout=30)

    def told(self, path: str) -> dict[str, Any]:
        """What the sandbox knows of somebody."""
        return httpx.get(self.gateway.sandbox_url + path, timeout=30).json()

    def got(self, contact: str, wanted: Callable[[dict[str, Any]], bool], many: int = 1) -> list[dict[str, Any]]:
        """What a contact has of some kind, once there is so much of it, files too."""

        def found() -> list[dict[str, Any]]:
            messages = self.told(f"/contacts/{contact}/messages")["messages"]
            return [message for message in messages if wanted(message)]

        until(lambda: len(found()) >= many)
        return found()


def until(holds: Callable[[], Any]) -> None:
    """Return when it holds; fails when it does not in time."""
    deadline = time.monotonic() + _WITHIN
    while not holds():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(_PAUSE)
