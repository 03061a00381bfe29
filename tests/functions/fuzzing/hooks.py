"""What schemathesis loads: an API key that lives. One of the routes it tries revokes keys, another deletes them."""

from __future__ import annotations

import os
from typing import Any

import httpx
import schemathesis

_URL, _ADMIN_KEY = os.environ["FUZZED_URL"], os.environ["FUZZED_ADMIN_KEY"]
_LOOKED_AT_EVERY = 1
"""Seconds."""


@schemathesis.auth(refresh_interval=_LOOKED_AT_EVERY)
class LivingKey:
    """The same key for as long as it may be used."""

    key = ""

    def get(self, _case: Any, _context: Any) -> str:
        with httpx.Client(base_url=_URL, timeout=30) as http:
            if not http.get("/api/sessions", headers={"X-API-Key": self.key}).is_success:
                made = http.post(
                    "/api/admin/apikeys/generate", json={"name": "fuzzed"}, headers={"X-Admin-Key": _ADMIN_KEY}
                )
                self.key = made.raise_for_status().json()["apiKey"]
        return self.key

    def set(self, case: Any, key: str, _context: Any) -> None:
        case.headers = {**(case.headers or {}), "X-API-Key": key}
