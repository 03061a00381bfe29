"""A process of client.mjs, driven by a test."""

import asyncio
import base64
import io
import json
import os
import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import qrcode

from sandbox.environment import SandboxAddresses

EVENT_SECONDS = 90.0


class Baileys:
    """A process of client.mjs and the lines it says."""

    def __init__(self, addresses: SandboxAddresses, program: Path, folder: Path) -> None:
        self._environment = {
            **os.environ,
            "SANDBOX_ROOT_KEY": addresses.root_key,
            "WHATSAPP_PROXY": addresses.proxy,
            "NODE_EXTRA_CA_CERTS": str(addresses.ca_file),
        }
        self._program = program
        self._folder = folder
        self._commands = count(1)
        self._kept: list[dict[str, Any]] = []

    async def start(self) -> None:
        with self._folder.with_suffix(".log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                "node", str(self._program / "client.mjs"), str(self._folder), cwd=self._program, env=self._environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip

    async def stop(self) -> None:
        self._process.stdin.close()
        async with asyncio.timeout(60):
            await self._process.wait()

    async def do(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Give a command and return its answer."""
        answer = await self._answer(what, arguments)
        assert "error" not in answer, answer
        return answer

    async def refused(self, what: str, **arguments: Any) -> str:
        """Give a command that Baileys cannot do and return its error."""
        return (await self._answer(what, arguments))["error"]

    async def _answer(self, what: str, arguments: dict[str, Any]) -> dict[str, Any]:
        number = next(self._commands)
        self._process.stdin.write(json.dumps({"command": number, "do": what, **arguments}).encode() + b"\n")
        return await self.hear("answer", lambda line: line["command"] == number)

    async def hear(self, event: str, where: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """Wait for an event and return it; others are kept for later."""
        for line in self._kept:
            if line["event"] == event and where(line):
                self._kept.remove(line)
                return line
        async with asyncio.timeout(EVENT_SECONDS):
            while text := await self._process.stdout.readline():
                line = json.loads(text)
                if "event" not in line:
                    continue  # its calls for communities log there, whatever its logger is told
                if line["event"] == event and where(line):
                    return line
                self._kept.append(line)
        pytest.fail(f"Baileys ended before {event}; it said {self._kept}")


def picture(text: str) -> str:
    """Return the data URL of a QR code, as an application that uses Baileys would show it."""
    drawn = io.BytesIO()
    qrcode.make(text).save(drawn, "PNG")
    return "data:image/png;base64," + base64.b64encode(drawn.getvalue()).decode()


async def pair(control: httpx.AsyncClient, baileys: Baileys, number: str) -> None:
    await control.post("/phones", json={"number": number})
    await baileys.do("connect")
    code = await baileys.hear("qr")
    answer = await control.post(f"/phones/{number}/scan", json={"qr": picture(code["text"])})
    assert answer.status_code == 201, answer.text
    opened = await baileys.hear("open")
    assert opened["me"]["id"].startswith(f"{number}:")


async def make_contact(control: httpx.AsyncClient, number: str) -> None:
    answer = await control.post("/contacts", json={"number": number})
    assert answer.status_code == 201, answer.text
