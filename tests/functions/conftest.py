"""A running API: real HTTP, real SQLite, real NATS."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from functions.access import usage
from functions.program import server
from functions.settings import ApiSettings
from shared.adapters.stores import Stores, open_stores
from tests.authorities import AUTHORITIES
from tests.functions.documented import check_documented
from tests.functions.shard import Shard, running_shard

ADMIN = "an-admin-key-of-the-tests"
HOSTED = {"owner_within": 20.0, "send_owner_within": 20.0}
"""Settings of an API beside which a shard runs: it is found, however long that takes on a busy machine."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to pytest."""
        yield


@contextlib.asynccontextmanager
async def running_api(settings: ApiSettings) -> AsyncIterator[str]:
    """The address of an API that runs in this process until the block ends."""
    async with running_config(server(settings)) as url:
        yield url


@contextlib.asynccontextmanager
async def running_config(config: uvicorn.Config) -> AsyncIterator[str]:
    """The same for whatever uvicorn is told to serve."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        api = _Server(config)
        task = asyncio.create_task(api.serve(sockets=[listener]))
        try:
            async with asyncio.timeout(60):
                while not api.started:
                    if task.done():
                        raise AssertionError("the API did not start")
                    await asyncio.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            api.should_exit = True
            await task


@dataclass
class Api:
    """The API as callers see it, and its stores."""

    http: httpx.AsyncClient
    stores: Stores
    settings: ApiSettings

    async def new_key(self, **fields: Any) -> dict[str, str]:
        """Headers with a new API key."""
        answer = await self.http.post(
            "/api/admin/apikeys/generate", json={"name": "test", **fields}, headers={"X-Admin-Key": ADMIN}
        )
        assert answer.status_code == 200, answer.text
        return {"X-API-Key": answer.json()["apiKey"]}

    async def send(self, headers: dict[str, str], **fields: Any) -> httpx.Response:
        return await self.http.post(
            "/api/send-message", json={"number": "628123456789", "message": "hello", **fields}, headers=headers
        )


@contextlib.asynccontextmanager
async def api_with(nats_url: str, folder: Path, **changes: Any) -> AsyncIterator[Api]:
    settings = ApiSettings(
        data_dir=folder,
        nats_url=nats_url,
        sqlite_synchronous="NORMAL",
        **({"admin_key": ADMIN, "owner_within": 1.0, "send_owner_within": 0.5} | changes),
    )
    async with (
        running_api(settings) as url,
        open_stores(settings) as stores,
        httpx.AsyncClient(
            base_url=url, timeout=30, verify=AUTHORITIES, event_hooks={"response": [check_documented]}
        ) as http,
    ):
        yield Api(http, stores, settings)


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are written down with their keys at the end only: answers before and after that are not the same."""
    monkeypatch.setattr(usage, "_EVERY", 3600.0)


@pytest.fixture
def patience(request: pytest.FixtureRequest) -> dict[str, float]:
    """How long an API looks for the host of a session: not for long where no shard runs in this test."""
    return HOSTED if "shard" in request.fixturenames else {}


@pytest.fixture
async def api(nats_url: str, tmp_path: Path, patience: dict[str, float]) -> AsyncIterator[Api]:
    async with api_with(nats_url, tmp_path, **patience) as running:
        yield running


@pytest.fixture
async def shard(api: Api) -> AsyncIterator[Shard]:
    """A connected shard with room for every session."""
    async with running_shard(api.settings.nats_url, api.stores) as running:
        yield running


@pytest.fixture
async def key(api: Api) -> dict[str, str]:
    return await api.new_key()
