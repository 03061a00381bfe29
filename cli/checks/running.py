"""Does the gateway run, and do its parts and sessions work?"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import httpx
import nats
from nats.errors import Error as NatsError

from cli.api import Access, Gateway
from cli.checks.finding import Finding
from cli.data_folder import DataFolder, RunningGateway
from cli.failure import Failure
from cli.launch.ports import is_free
from cli.session_states import explain

_WITHIN = 5.0
_DEFAULT_PORT = 3000


def gateway(folder: DataFolder, url: str | None, api_key: str | None) -> Iterator[Finding]:
    """Look at NATS, the API and the sessions of the key; at the port when no gateway runs."""
    running = folder.running()
    if running is None and url is None:
        yield Finding("gateway", "warn", f"None runs on {folder.path}.", "Start it with 'wagate up'.")
        yield _port()
        return
    if running is not None:
        yield Finding("gateway", "ok", f"It runs at {running.url} (process {running.pid}, {running.kind}).")
        yield asyncio.run(_nats(running))
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


async def _nats(running: RunningGateway) -> Finding:
    async def ignore(_: Exception) -> None:
        """What goes wrong is raised by connect as well."""

    try:
        connection = await nats.connect(
            running.nats_url, token=running.nats_token, connect_timeout=2, allow_reconnect=False, error_cb=ignore
        )
    except (OSError, NatsError, TimeoutError) as error:
        text = f"It does not answer at {running.nats_url} ({error or type(error).__name__})."
        return Finding("NATS", "fail", text, "See logs/nats.log in the data folder; 'wagate up' starts it again.")
    try:
        account = await connection.jetstream(timeout=_WITHIN).account_info()
    except (NatsError, TimeoutError) as error:
        text = f"It answers at {running.nats_url} and keeps no events: {error}."
        remedy = "Nothing is lost: events wait in the data folder. See logs/nats.log in it."
        return Finding("NATS", "fail", text, remedy)
    finally:
        with contextlib.suppress(NatsError):
            await connection.close()
    kept = f"{account.storage // 1024**2:,} MiB of events"
    return Finding("NATS", "ok", f"It answers at {running.nats_url} and keeps {kept}.")


def _ready(url: str, folder: DataFolder) -> Finding:
    try:
        response = httpx.get(f"{url}/ready", timeout=_WITHIN, trust_env=False)
        answer = response.json()
    except httpx.TransportError as error:
        remedy = f"Start it with 'wagate up'; see {folder.logs}/api.log."
        return Finding("API", "fail", f"It does not answer at {url} ({error or type(error).__name__}).", remedy)
    except ValueError:
        return Finding("API", "fail", f"What answers at {url} is not a gateway.", "Say with --url where it is.")
    if response.is_success:
        return Finding("API", "ok", f"{url} is ready: store, NATS and a session host answer.")
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
