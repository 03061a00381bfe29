"""A whole gateway against the sandbox, driven over HTTP as a customer would."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.http_client import JsonConnection
from benchmarks.rounds import Run
from cli.gateway.ports import free_port

WAGATE = Path(sys.executable).parent / "wagate"
_READY_SECONDS = 60
_LOGIN_SECONDS = 60
_ARRIVAL_SECONDS = 60
_SENT = 200


@dataclass(slots=True)
class Gateway:
    """A running gateway, its sandbox and a key."""

    port: int
    control: str
    data: Path
    pid: int
    http: aiohttp.ClientSession
    key: str = ""

    @property
    def url(self) -> str:
        """Where the API is."""
        return f"http://127.0.0.1:{self.port}"

    async def make_key(self, name: str) -> str:
        """A new API key."""
        admin = (self.data / "admin-key").read_text().strip()
        answer = await self.call(
            "POST", "/api/admin/apikeys/generate", json={"name": name}, headers={"X-Admin-Key": admin}
        )
        return str(answer["apiKey"])

    async def log_in(self, session: str, number: str) -> None:
        """Pair a session with a phone of the sandbox and wait until it is connected."""
        async with self.http.post(f"{self.control}/phones", json={"number": number}) as made:
            made.raise_for_status()
        qr = (await self.call("GET", "/api/qr", params={"sessionId": session}))["qr"]
        async with self.http.post(f"{self.control}/phones/{number}/scan", json={"qr": qr}) as scanned:
            scanned.raise_for_status()
        await self.until_connected(session)

    async def until_connected(self, session: str) -> None:
        """Return when the session is connected; raises TimeoutError."""
        async with asyncio.timeout(_LOGIN_SECONDS):
            while not (await self.call("GET", "/api/status", params={"sessionId": session}))["connected"]:
                await asyncio.sleep(0.1)

    async def inbox(self, session: str) -> list[dict[str, Any]]:
        """Every message of a session's inbox, newest first."""
        messages: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.call(
                "GET", "/api/incoming-messages", params={"sessionId": session, "limit": "100", **cursor}
            )
            messages += page["messages"]
            if page["next"] is None:
                return messages
            cursor = {"before": page["next"]}

    async def control_post(self, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """A call of the sandbox's control API."""
        async with self.http.post(self.control + path, json=body) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async def control_get(self, path: str, **query: str) -> dict[str, Any]:
        """What the sandbox says of itself."""
        async with self.http.get(self.control + path, params=query) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async def control_delete(self, path: str) -> None:
        """Have the sandbox forget something."""
        async with self.http.delete(self.control + path) as answer:
            answer.raise_for_status()

    async def upload(self, content: bytes) -> str:
        """The id of an upload."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename="file")
        answer = await self.call("POST", "/api/upload", data=form)
        return str(answer["file"]["id"])

    async def sinks(self, count: int) -> list[str]:
        """Numbers that count what they get."""
        async with self.http.post(f"{self.control}/sinks", json={"count": count}) as answer:
            answer.raise_for_status()
            return list((await answer.json())["numbers"])

    async def send_many(self, session: str, number: str, sends: int, media_id: str | None = None) -> list[float]:
        """Latencies of messages sent one after the other on a connection of their own, in milliseconds.

        Texts, or an upload as a document.
        """
        connection = await JsonConnection.connect(self.port)
        latencies: list[float] = []
        for count in range(sends):
            path, said = ("send-message", {"message": f"message {count}"})
            if media_id is not None:
                path, said = ("send-document", {"mediaId": media_id})
            message = {"sessionId": session, "number": number, **said}
            begun = time.perf_counter()
            status, answer = await connection.post(f"/api/{path}", {"X-API-Key": self.key}, message)
            latencies.append((time.perf_counter() - begun) * 1e3)
            if status != _SENT:
                raise RuntimeError(f"a send was answered {status}: {answer}")
        connection.close()
        return latencies

    async def run(self, pairs: list[tuple[str, str]], sends: int, media_id: str | None = None) -> Run:
        """All sessions at once, each sending one message after the other to its own sink."""
        begun = time.perf_counter()
        results = await asyncio.gather(*(self.send_many(session, sink, sends, media_id) for session, sink in pairs))
        return Run.of(time.perf_counter() - begun, [latency for result in results for latency in result])

    async def until_shown(self, session: str, wanted: int) -> list[str]:
        """Texts of a session's inbox, newest first, once it shows so many; raises TimeoutError."""
        async with asyncio.timeout(_ARRIVAL_SECONDS):
            while len(messages := await self.inbox(session)) < wanted:
                await asyncio.sleep(0.1)
        return [message["message"] for message in messages]

    async def frames_from(self, number: str, *, wanted: int) -> list[dict[str, Any]]:
        """The message frames that the sandbox saw from a number, once there are so many; raises TimeoutError."""
        async with asyncio.timeout(_ARRIVAL_SECONDS):
            while True:
                async with self.http.get(f"{self.control}/frames", params={"from": number}) as answer:
                    frames = list((await answer.json())["frames"])
                if len(frames) >= wanted:
                    return frames
                await asyncio.sleep(0.1)

    async def senders_of(self, message_id: str) -> list[str]:
        """Numbers from which the sandbox saw a message with this id of WhatsApp's."""
        async with self.http.get(f"{self.control}/frames", params={"id": message_id}) as answer:
            return [frame["from"] for frame in (await answer.json())["frames"]]

    async def clear_fault(self, fault: dict[str, Any]) -> None:
        """Take a fault back that `control_post("/faults", …)` made."""
        await self.control_delete(f"/faults/{fault['id']}")

    async def call(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        **request: Any,  # noqa: ANN401 - aiohttp's
    ) -> dict[str, Any]:
        """A call of the API with the key; raises RuntimeError with the answer when it is an error."""
        headers = {"X-API-Key": self.key} | (headers or {})
        async with self.http.request(method, self.url + path, headers=headers, **request) as answer:
            body = await answer.json()
            if not body.get("success"):
                raise RuntimeError(f"{method} {path}: {answer.status} {body}")
            return dict(body)


@asynccontextmanager
async def running(
    data: Path,
    *,
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    program: Path = WAGATE,
) -> AsyncIterator[Gateway]:
    """`wagate sandbox` on free ports with its data in this folder, stopped at the end.

    `program` may be that of another checkout.
    """
    port, control = free_port(), free_port()
    log = (data.parent / f"{data.name}.log").open("ab")
    process = await asyncio.create_subprocess_exec(
        str(program),
        "sandbox",
        *("--port", str(port), "--control-port", str(control), "--data", str(data)),
        *arguments,
        stdout=log,
        stderr=log,
        env=os.environ | {"WAGATE_SESSIONS_PER_SHARD": "100"} | dict(environment or {}),
    )
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            await _until_ready(http, f"http://127.0.0.1:{port}", process)
            gateway = Gateway(port, f"http://127.0.0.1:{control}", data, process.pid, http)
            gateway.key = await gateway.make_key("benchmark")
            yield gateway
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 20)
        log.close()


async def _until_ready(http: aiohttp.ClientSession, url: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(_READY_SECONDS):
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"the gateway ended with {process.returncode}; see the log beside its data")
            try:
                async with http.get(f"{url}/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
