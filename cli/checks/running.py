"""Does the gateway run, and do its parts and sessions work?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx

from cli.checks.deliveries import deliveries
from cli.checks.finding import Finding
from cli.checks.journals import journals
from cli.checks.nats_server import nats_server
from cli.checks.shards import shards
from cli.gateway.api import Access, Gateway
from cli.gateway.data_folder import DataFolder
from cli.gateway.left_behind import left_behind
from cli.gateway.ports import is_free
from cli.login.session_states import explain
from cli.program.failure import Failure
from shared.settings import StoreSettings
from shared.shown import without_user

_WITHIN = 5.0
_DEFAULT_PORT = 3000
_NATS_REMEDY = "See logs/nats.log in the data folder; 'wagate up' starts it again."


def gateway(folder: DataFolder, url: str | None, api_key: str | None) -> Iterator[Finding]:
    """Look at NATS, the API and the sessions of the key; at the port when no gateway runs."""
    running = folder.running()
    if (left := left_behind(folder)) is not None:
        yield Finding("gateway", "fail", left.words, left.remedy)
        return
    if running is None and url is None:
        yield Finding("gateway", "warn", f"None runs on {folder.path}.", "Start it with 'wagate up'.")
        yield _port()
        return
    if running is not None:
        yield Finding("gateway", "ok", f"It runs at {running.url} (process {running.pid}, {running.kind}).")
        ours = StoreSettings.model_construct(nats_url=running.nats_url, nats_token=running.nats_token)
        yield asyncio.run(nats_server(ours, _NATS_REMEDY))
        yield from shards(folder.logs / "session-host.log")
        yield from deliveries(folder.path)
        yield from journals(folder.path)
    found = url or (running.url if running else "")
    yield _ready(found, folder)
    if api_key:
        yield from _sessions(found, api_key)


def _port() -> Finding:
    if is_free("127.0.0.1", _DEFAULT_PORT):
        return Finding("port", "ok", f"{_DEFAULT_PORT} is free.")
    return Finding(
        "port", "warn", f"{_DEFAULT_PORT} is taken by another program.", "Start with 'wagate up --port 3001'."
    )


def _ready(url: str, folder: DataFolder) -> Finding:
    shown = without_user(url)
    try:
        response = httpx.get(f"{url}/ready", timeout=_WITHIN, trust_env=False)
        answer = response.json()
    except httpx.TransportError as error:
        remedy = f"Start it with 'wagate up'; see {folder.logs}/api.log."
        return Finding("API", "fail", f"It does not answer at {shown} ({error or type(error).__name__}).", remedy)
    except ValueError:
        return Finding("API", "fail", f"What answers at {shown} is not a gateway.", "Give its address with --url.")
    if response.is_success:
        return Finding("API", "ok", f"{shown} is ready: store, NATS and a session host answer.")
    return Finding("API", "fail", str(answer.get("error")), f"See the logs in {folder.logs}.")


def _sessions(url: str, api_key: str) -> Iterator[Finding]:
    try:
        answer = Gateway(Access(url, api_key=api_key)).ask("GET", "/api/sessions")
    except Failure as failure:
        yield Finding("sessions", "fail", failure.message, failure.remedy)
        return
    states = answer["sessions"]
    away = [state for state in states if not state["connected"]]
    yield Finding("sessions", "ok", f"{len(states) - len(away)} of {len(states)} are connected.")
    for state in away:
        name = state["sessionId"]
        yield Finding(f"session {name}", "warn", f"It is {state['status']}.", explain(name, state))
