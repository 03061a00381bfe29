"""The API's server does its own small things once a second."""

import asyncio
import signal

import pytest
import uvicorn

from functions.server import ticking
from functions.server.ticking import Server

WITHIN = 20


async def nothing(*_: object) -> None:
    """An application that is not asked."""


async def until_dated(server: Server) -> None:
    while not server.server_state.default_headers:
        await asyncio.sleep(0.005)


async def test_told_to_end_it_does_not_wait_for_its_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """However far that is."""
    monkeypatch.setattr(ticking, "_EVERY", 3600.0)
    server = Server(uvicorn.Config(nothing))
    async with asyncio.timeout(WITHIN):
        serving = asyncio.create_task(server.main_loop())
        await until_dated(server)
        server.handle_exit(signal.SIGTERM, None)
        await serving


async def test_each_look_dates_the_answers_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uvicorn does so at every tenth of its own ticks."""
    monkeypatch.setattr(ticking, "_EVERY", 0.01)
    server = Server(uvicorn.Config(nothing))
    async with asyncio.timeout(WITHIN):
        serving = asyncio.create_task(server.main_loop())
        for _ in range(2):
            await until_dated(server)
            server.server_state.default_headers = []
        server.handle_exit(signal.SIGTERM, None)
        await serving
