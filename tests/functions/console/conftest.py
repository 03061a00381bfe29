"""The console of an API that runs in this process, as a browser asks for it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.functions.conftest import ADMIN, Api

TOKEN = re.compile(r'name="_token" value="([^"]+)"')


@dataclass
class Browser:
    """What keeps cookies and sends forms; a page of elsewhere is another one."""

    api: Api
    http: httpx.AsyncClient
    key: str

    async def log_in(self, key: str | None = None, **fields: str) -> httpx.Response:
        """The answer to the form of the first page."""
        return await self.http.post("/console/login", data={"key": key or self.key, **fields})

    async def log_in_as_admin(self) -> httpx.Response:
        return await self.log_in(ADMIN)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    async def send(self, path: str, page: str = "/console/sessions", **fields: Any) -> httpx.Response:
        """Send a form with the token of a page."""
        token = TOKEN.search((await self.get(page)).text)
        assert token is not None
        return await self.http.post(path, data={"_token": token[1], **fields})


@pytest.fixture(autouse=True)
def _uncounted(uncounted: None) -> None:
    """Pages show how often a key asked."""


@pytest.fixture
async def browser(api: Api) -> AsyncIterator[Browser]:
    """One that nobody has logged in yet."""
    key = (await api.new_key())["X-API-Key"]
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=api.http.base_url, timeout=30, headers=headers) as http:
        yield Browser(api, http, key)
