"""A sandbox in a process of its own, and unmodified neonize clients in theirs."""

import asyncio
import contextlib
import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.environment import SandboxAddresses
from tests.authorities import AUTHORITIES

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
START_SECONDS = 90.0
EVENT_SECONDS = 90.0
STOP_SECONDS = 20.0
"""It is within two on a machine that is not busy; whatever hung would hold it up for a minute."""
_numbers = count(491_710_000_001)


@contextmanager
def run_sandbox(*arguments: str) -> Iterator[SandboxAddresses]:
    """Run `python -m sandbox` until the block ends, then see it stop in time."""
    command = [sys.executable, "-m", "sandbox", "--control-port", "0", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], START_SECONDS)[0], "the sandbox did not start"
        yield SandboxAddresses.parse(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_SECONDS) == 0
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def addresses() -> Iterator[SandboxAddresses]:
    """A sandbox shared by the tests of this worker; each takes numbers of its own."""
    with run_sandbox() as running:
        yield running


@pytest.fixture(name="run_sandbox", scope="session")
def run_sandbox_fixture() -> Any:
    """`with run_sandbox(*arguments) as addresses`: a sandbox of the test's own."""
    return run_sandbox


@pytest.fixture
async def control(addresses: SandboxAddresses) -> AsyncIterator[httpx.AsyncClient]:
    """The shared sandbox's control API."""
    async with httpx.AsyncClient(base_url=addresses.control, timeout=90, verify=AUTHORITIES) as client:
        yield client


@pytest.fixture
def new_number() -> Callable[[], str]:
    """Return phone numbers no test used before in this sandbox."""
    return lambda: str(next(_numbers))


class NeonizeClient:
    """A neonize process (neonize_driver.py) and the lines it says."""

    def __init__(self, addresses: SandboxAddresses, database: Path) -> None:
        self.addresses = addresses
        self.database = database
        self.number = ""
        self._heard: list[dict[str, Any]] = []
        self._news = asyncio.Condition()
        self._commands = count(1)

    async def start(self) -> "NeonizeClient":
        """Start the process; connecting is a command of its own."""
        environment = {
            **os.environ,
            **self.addresses.shard_environment(),
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE))),
        }
        with self.database.with_suffix(".log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "sandbox.trust", "neonize_driver", str(self.database),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, cwd=ROOT,
            )  # fmt: skip
        self._listener = asyncio.create_task(self._listen())
        await self.hear("Ready")
        return self

    async def kill(self) -> None:
        """End the process as a crash would."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._listener

    def forget_sessions(self) -> None:
        """Empty its Signal sessions, as a restore of an older copy does. Not while it runs."""
        with contextlib.closing(sqlite3.connect(self.database)) as database, database:
            database.execute("DELETE FROM whatsmeow_sessions")

    async def restart(self) -> None:
        """Start again on the same database and connect."""
        self._heard.clear()
        await self.start()
        await self.do("connect")
        await self.hear("Connected")

    async def hear(
        self, event: str, where: Callable[[dict[str, Any]], bool] = lambda _: True, seconds: float = EVENT_SECONDS
    ) -> dict[str, Any]:
        """Wait for an event, take it off what was heard, and return it."""
        try:
            async with asyncio.timeout(seconds), self._news:
                while True:
                    for line in self._heard:
                        if line["event"] == event and where(line):
                            self._heard.remove(line)
                            return line
                    await self._news.wait()
        except TimeoutError:
            pytest.fail(f"no {event} came; heard: {self._heard}")

    async def do(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Give a command, return its answer (with `error` if it failed)."""
        return await self.hear("Answer", _answers(await self.ask(what, **arguments)), 90)

    async def ask(self, what: str, **arguments: Any) -> int:
        """Give a command without waiting for its answer; return its number."""
        number = next(self._commands)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": number, "do": what, **arguments}).encode() + b"\n")
        await self._process.stdin.drain()
        return number

    def heard(self, event: str) -> list[dict[str, Any]]:
        """Return the events of a kind that nobody took yet."""
        return [line for line in self._heard if line["event"] == event]

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._heard.append(json.loads(line))
            async with self._news:
                self._news.notify_all()


def _answers(number: int) -> Callable[[dict[str, Any]], bool]:
    return lambda line: line["command"] == number


Start = Callable[..., Awaitable[NeonizeClient]]


@pytest.fixture
async def start_client(addresses: SandboxAddresses, tmp_path: Path) -> AsyncIterator[Start]:
    """Start unpaired clients, which all end with the test."""
    clients: list[NeonizeClient] = []

    async def start(at: SandboxAddresses = addresses) -> NeonizeClient:
        clients.append(NeonizeClient(at, tmp_path / f"client{len(clients)}.db"))
        return await clients[-1].start()

    yield start
    for client in clients:
        await client.kill()


@pytest.fixture
async def link(start_client: Start, new_number: Callable[[], str]) -> Start:
    """Make clients that are paired by QR with a phone (a new one, or that of `number`) and connected."""

    async def pair(number: str = "", at: SandboxAddresses | None = None) -> NeonizeClient:
        client = await (start_client(at) if at else start_client())
        client.number = number or new_number()
        async with httpx.AsyncClient(base_url=client.addresses.control, timeout=90) as control:
            await control.post("/phones", json={"number": client.number})
            await client.do("connect")
            code = await client.hear("QR")
            answer = await control.post(f"/phones/{client.number}/scan", json={"qr": code["text"]})
            assert answer.status_code == 201, answer.text
        await client.hear("Connected")
        return client

    return pair


@pytest.fixture(scope="session")
def about() -> Callable[[str], Callable[[dict[str, Any]], bool]]:
    """Tell the message with a text from others, as `hear` wants it."""
    return lambda text: lambda event: event["text"] == text


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 60.0) -> Any:
    """Ask until the answer is true, and return it."""
    async with asyncio.timeout(seconds):
        while not (answer := await condition()):
            await asyncio.sleep(0.02)
        return answer


@pytest.fixture(name="until")
def until_fixture() -> Any:
    """`await until(condition)`: wait for something that can only be asked for."""
    return until


@pytest.fixture
def caught_up(control: httpx.AsyncClient) -> Callable[[NeonizeClient], Awaitable[None]]:
    """Wait until a client has acknowledged all that it was told so far."""

    async def wait(client: NeonizeClient) -> None:
        async def nothing_waits() -> bool:
            devices = (await control.get(f"/phones/{client.number}")).json()["devices"]
            return all(device["waiting"] == 0 for device in devices)

        await until(nothing_waits)

    return wait


@pytest.fixture(scope="session")
def verify() -> Callable[[bytes, bytes, bytes], None]:
    """Check an XEdDSA signature by its public specification; raises InvalidSignature.

    The verifier's side of signal.org/docs/specifications/xeddsa: map the Montgomery u to the Edwards y, take the
    sign from the signature, and let Ed25519 verify the rest.
    """
    p = 2**255 - 19

    def check(public: bytes, message: bytes, signature: bytes) -> None:
        u = int.from_bytes(public, "little")
        point = bytearray(((u - 1) * pow(u + 1, -1, p) % p).to_bytes(32, "little"))
        point[31] |= signature[63] & 0x80
        plain = signature[:63] + bytes((signature[63] & 0x7F,))
        Ed25519PublicKey.from_public_bytes(bytes(point)).verify(plain, message)

    return check
