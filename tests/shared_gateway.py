"""The gateway that modules share: one `wagate sandbox` for each process of pytest, started when first asked for.

A start costs three seconds of a core, a key of one's own nothing. Who shares it has keys of their own, and numbers of
`fresh_number`, so that nobody meets anybody. Who kills or stops a part of it, fills its disk, or needs settings has a
gateway of their own.

`left_as_found` is what sees to that: whoever leaves a fault on in the sandbox, or has ended a process, fails.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from urllib.parse import quote

import httpx
import psutil
import pytest

from tests.authorities import AUTHORITIES
from tests.cli.processes import children_of, running
from tests.launched import Launched, launched

_PARTS = ("functions", "session_host", "session_host.shard", "sandbox", "nats-server")
"""What runs from its start to its end."""
_numbers = count(628_120_000_001)


def fresh_number() -> str:
    """A phone number that nobody has had."""
    return str(next(_numbers))


@pytest.fixture(scope="session")
def shared_gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Launched]:
    """The gateway; it fetches pictures and pages from 127.0.0.1, too. Ask for it through `left_as_found`."""
    data = tmp_path_factory.mktemp("shared") / "data"
    with launched("sandbox", data, WAGATE_URL_ALLOW="127.0.0.1") as started:
        yield started


@contextmanager
def left_as_found(gateway: Launched) -> Generator[Launched]:
    """Fails at the end when a fault is left on, or a part of the gateway is another process than before."""
    before = _parts(gateway)
    yield gateway
    with httpx.Client(base_url=gateway.sandbox_url, timeout=30, verify=AUTHORITIES) as sandbox:
        left = sandbox.get("/faults").json()["faults"]
        sandbox.delete("/faults")
    assert left == [], "faults were left on: take them back at the end"
    after = _parts(gateway)
    ended = {part for part, processes in before.items() if any(each not in after[part] for each in processes)}
    assert ended == set(), "a part was ended: such a test needs a gateway of its own"


def delete_sessions(gateway: Launched, key: str) -> None:
    """Delete all sessions of a key, which unlinks their phones."""
    with httpx.Client(base_url=gateway.url, headers={"X-API-Key": key}, timeout=60, verify=AUTHORITIES) as http:
        for session in http.get("/api/sessions").json()["sessions"]:
            http.delete(f"/api/sessions/{quote(session['sessionId'])}").raise_for_status()


def _parts(gateway: Launched) -> dict[str, list[psutil.Process]]:
    processes = children_of(gateway.process.pid)
    return {part: [each for each in running(processes, part) if not _is_copy(each, part)] for part in _PARTS}


def _is_copy(process: psutil.Process, part: str) -> bool:
    """Whether it is a part that is about to start another program, which looks like that part until it does."""
    try:
        parent = process.parent()
        return parent is not None and running([parent], part) != []
    except psutil.NoSuchProcess:
        return True
