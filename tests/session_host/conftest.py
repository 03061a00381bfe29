"""A sandbox in a process of its own, and live sessions in another."""

import asyncio
import json
import os
import select
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.environment import SandboxAddresses
from tests.authorities import AUTHORITIES

HERE = str(Path(__file__).parent)
ROOT = Path(__file__).parent.parent.parent
DEADLINE = 60.0
_numbers = count(628_110_000_001)
_HANGS = 300
"""Seconds after which a test hangs: most start processes, and wait for some things one after the other."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder their time, but for those that say how much."""
    for item in items:
        if Path(HERE) in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(_HANGS))


@contextmanager
def run_sandbox(*arguments: str) -> Iterator[SandboxAddresses]:
    """Run `python -m sandbox` until the block ends."""
    command = [sys.executable, "-m", "sandbox", "--control-port", "0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], DEADLINE)[0], "the sandbox did not start"
        yield SandboxAddresses.parse(process.stdout.readline())
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class WhatsApp:
    """A sandbox and its control API."""

    def __init__(self, addresses: SandboxAddresses, http: httpx.AsyncClient) -> None:
        self.addresses = addresses
        self.http = http
        self._contacts: list[str] = []

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.http.post(path, json=body)
        assert answer.is_success, answer.text
        if path == "/contacts":
            self._contacts.append(body["number"])
        return answer.json()

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        answer = await self.http.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def fault(self, kind: str, **body: Any) -> dict[str, Any]:
        return await self.post("/faults", kind=kind, **body)

    async def clear_faults(self) -> None:
        await self.http.delete("/faults")

    async def take_back(self) -> None:
        """Clear all faults, and remove contacts with their clients: the next test finds nobody."""
        await self.clear_faults()
        for number in self._contacts:
            await self.http.delete(f"/contacts/{number}")

    async def new_phone(self) -> str:
        number = str(next(_numbers) + os.getpid() * 1000)
        await self.post("/phones", number=number)
        return number

    async def new_sink(self, *, receipts: bool = False) -> str:
        return (await self.post("/sinks", count=1, receipts=receipts))["numbers"][0]

    async def frames(self, number: str) -> list[dict[str, Any]]:
        return (await self.get("/frames", **{"from": number}))["frames"]


class Host:
    """A process with live sessions (session_driver.py) and what it said."""

    def __init__(self, addresses: SandboxAddresses, folder: Path, options: dict[str, Any] | None = None) -> None:
        self.addresses = addresses
        self.folder = folder
        self.options = options or {}
        self.said: list[dict[str, Any]] = []
        self._news = asyncio.Condition()
        self._ids = count(1)

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "sandbox.trust", "session_driver",
            str(self.folder), json.dumps(self.options),
            cwd=ROOT, env={**os.environ, **self.addresses.shard_environment(), "PYTHONPATH": HERE},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 20,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        await self.hear(lambda said: "ready" in said)

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            async with self._news:
                self.said.append(json.loads(line))
                self._news.notify_all()

    async def hear(self, wanted: Callable[[dict[str, Any]], bool], *, within: float = DEADLINE, after: int = 0) -> Any:
        """The first thing said after position `after` that is wanted."""
        async with asyncio.timeout(within), self._news:
            while True:
                for said in self.said[after:]:
                    if wanted(said):
                        return said
                await self._news.wait()

    async def do(self, session: str, do: str, *, within: float = DEADLINE, **arguments: Any) -> Any:
        """Give a command and return its answer."""
        identity = next(self._ids)
        assert self.process.stdin is not None
        command = {"id": identity, "session": session, "do": do, **arguments}
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        return (await self.hear(lambda said: said.get("reply") == identity, within=within))["answer"]

    async def reported(
        self, session: str, status: str, reason: str | None = None, *, within: float = DEADLINE, after: int = 0
    ) -> dict[str, Any]:
        """The first report after position `after` with this status (and reason)."""

        def wanted(said: dict[str, Any]) -> bool:
            report = said.get("report")
            return (
                said.get("session") == session
                and report is not None
                and report["status"] == status
                and (reason is None or report["reason"] == reason)
            )

        try:
            return (await self.hear(wanted, within=within, after=after))["report"]
        except TimeoutError:
            raise AssertionError(f"no report {status}/{reason}, but {self.reports(session)}") from None

    def reports(self, session: str) -> list[tuple[str, str | None]]:
        """Status and reason of every report so far."""
        return [
            (said["report"]["status"], said["report"]["reason"])
            for said in self.said
            if "report" in said and said["session"] == session
        ]

    async def pair(self, whatsapp: WhatsApp, session: str = "one", number: str | None = None) -> str:
        """Log a session in with a phone of its own; returns the number."""
        number = number or await whatsapp.new_phone()
        answer = await self.do(session, "login", timeout=40)
        assert answer["qr"], answer
        await whatsapp.post(f"/phones/{number}/scan", qr=answer["qr"])
        await self.reported(session, "connected")
        return number

    async def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            async with asyncio.timeout(60):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        await self._reading


@asynccontextmanager
async def run_host(addresses: SandboxAddresses, folder: Path, **options: Any) -> AsyncIterator[Host]:
    host = Host(addresses, folder, options)
    await host.start()
    try:
        yield host
    finally:
        await host.end()


@asynccontextmanager
async def run_whatsapp(*arguments: str) -> AsyncIterator[WhatsApp]:
    with run_sandbox(*arguments) as addresses:
        async with httpx.AsyncClient(base_url=addresses.control, timeout=DEADLINE, verify=AUTHORITIES) as http:
            yield WhatsApp(addresses, http)


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[SandboxAddresses]:
    """One for the tests of this process, which run one after the other."""
    with run_sandbox() as addresses:
        yield addresses


@asynccontextmanager
async def visit_whatsapp(addresses: SandboxAddresses) -> AsyncIterator[WhatsApp]:
    async with httpx.AsyncClient(base_url=addresses.control, timeout=DEADLINE, verify=AUTHORITIES) as http:
        visited = WhatsApp(addresses, http)
        yield visited
        await visited.take_back()


@pytest.fixture
async def whatsapp(shared_sandbox: SandboxAddresses) -> AsyncIterator[WhatsApp]:
    """The shared sandbox: take new numbers; its faults and contacts are gone at the end."""
    async with visit_whatsapp(shared_sandbox) as visited:
        yield visited


@pytest.fixture
async def own_whatsapp() -> AsyncIterator[WhatsApp]:
    """A sandbox of the test's own, for who looks at all that happened there or wants certain numbers.

    A module whose tests all do has a fixture `whatsapp` that returns it.
    """
    async with run_whatsapp() as running:
        yield running


@pytest.fixture
async def host(whatsapp: WhatsApp, tmp_path: Path) -> AsyncIterator[Host]:
    """A process of live sessions, with short deadlines of sends."""
    async with run_host(whatsapp.addresses, tmp_path / "auth", deadlines={"reset": 2.0, "give_up": 3.0}) as running:
        yield running


@pytest.fixture(name="run_host")
def run_host_fixture() -> Any:
    return run_host


@pytest.fixture(name="visit_whatsapp", scope="session")
def visit_whatsapp_fixture() -> Any:
    return visit_whatsapp


@pytest.fixture(name="run_whatsapp", scope="session")
def run_whatsapp_fixture() -> Any:
    return run_whatsapp
