"""What the blocks of pages take for granted: a gateway, a key, a connected session, somebody to write to, files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from tests.authorities import AUTHORITIES
from tests.docs.blocks import Block
from tests.docs.fences import ROOT
from tests.docs.reader import Reader
from tests.launched import launched
from tests.session_host.media.inputs import film, picture

_WITHIN = 60.0
_PATIENCE = 100.0
"""Seconds for a block of eight commands, on a machine that has other things to do."""
_KEY = re.compile(r"wa_[A-Za-z0-9_-]+")


class _Answers(SimpleHTTPRequestHandler):
    """Shows the files of a folder, and takes every event."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library calls it so
        pass


@dataclass(frozen=True, slots=True)
class World:
    """A reader, and those whom the pages speak of."""

    reader: Reader
    api: httpx.Client
    sandbox: httpx.Client
    number: str
    """Of the session `sales`."""
    other: str
    """A contact."""

    def runs(self, block: Block) -> None:
        """Run a block as if it were the first that this reader runs; raises PageFailedError."""
        _lay_out(self.reader.folder)
        self.reader.follow(block)

    def latest(self) -> str:
        """Where the log of events ends."""
        return str(self.api.get("/api/events", params={"after": "latest"}).json()["next"])

    def hears(self, text: str) -> str:
        """Have the contact write to the session; the ID of the message."""
        said = self.sandbox.post(f"/contacts/{self.other}/send", json={"to": self.number, "text": text})
        return str(said.raise_for_status().json()["id"])

    @staticmethod
    def until(holds: Callable[[], bool]) -> None:
        """Wait for something, with a deadline."""
        deadline = time.monotonic() + _WITHIN
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    @contextmanager
    def program(self, name: str) -> Generator[Iterator[str]]:
        """Run a Python program of the reader's folder; the lines that it prints."""
        running = subprocess.Popen(
            [sys.executable, name],
            cwd=self.reader.folder,
            env=os.environ | dict(self.reader.knows),
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert running.stdout is not None
            yield iter(running.stdout)
        finally:
            running.kill()
            running.communicate(timeout=_WITHIN)


def _lay_out(folder: Path) -> None:
    for name in ("photo.jpg", "qr.png"):
        picture().save(folder / name)
    film(folder / "film.mp4", seconds=0.5)


def _is_there(api: httpx.Client, heard: str) -> bool:
    """Whether a message that came has its file, and is in the log of events."""
    inbox = api.get("/api/incoming-messages", params={"sessionId": "sales"}).json()["messages"]
    is_kept = any(each["id"] == heard and each["media"]["state"] == "stored" for each in inbox)
    return is_kept and heard in api.get("/api/events", params={"types": "message.received"}).text


@contextmanager
def world(folder: Path) -> Generator[World]:
    """Make all of it, in a folder that looks like a checkout."""
    (folder / ".venv").symlink_to(ROOT / ".venv")
    _lay_out(folder)
    handler = partial(_Answers, directory=str(folder))
    with (
        launched("sandbox", folder / "data", WAGATE_URL_ALLOW="127.0.0.1") as gateway,
        ThreadingHTTPServer(("127.0.0.1", 0), handler) as elsewhere,
        httpx.Client(base_url=gateway.url, verify=AUTHORITIES, timeout=30) as api,
        httpx.Client(base_url=gateway.sandbox_url, verify=AUTHORITIES, timeout=30) as sandbox,
    ):
        Thread(target=elsewhere.serve_forever, daemon=True).start()
        own = f"http://127.0.0.1:{elsewhere.server_port}"
        admin = {"X-Admin-Key": gateway.admin_key}
        made = api.post("/api/admin/apikeys/generate", json={"name": "reader"}, headers=admin).json()
        api.headers["X-API-Key"] = made["apiKey"]
        spare = api.post("/api/admin/apikeys/generate", json={"name": "spare"}, headers=admin).json()
        number, other = "628111000001", "628123456789"
        code = api.get("/api/qr", params={"sessionId": "sales"}).json()["qrText"]
        sandbox.post(f"/phones/{number}/scan", json={"qr": code}).raise_for_status()
        World.until(lambda: api.get("/api/status", params={"sessionId": "sales"}).json()["connected"])
        sandbox.post("/contacts", json={"number": other, "name": "Sari"}).raise_for_status()
        # Pages that name no session mean the one that is called `default`.
        code = api.get("/api/qr").json()["qrText"]
        sandbox.post("/phones/628111000002/scan", json={"qr": code}).raise_for_status()
        World.until(lambda: api.get("/api/status").json()["connected"])
        with (folder / "photo.jpg").open("rb") as photo:
            file = api.post("/api/upload", files={"file": ("photo.jpg", photo)}).json()["file"]
        hook = api.post("/api/webhooks", json={"url": f"{own}/hook", "events": ["message.received"]}).json()
        sent = api.post("/api/send-message", json={"sessionId": "sales", "number": other, "message": "Hi"}).json()
        to_default = {"to": number, "type": "image", "path": str(folder / "photo.jpg"), "mimetype": "image/jpeg"}
        heard = sandbox.post(f"/contacts/{other}/send", json=to_default).raise_for_status().json()["id"]
        World.until(lambda: _is_there(api, heard))
        meant = {
            "localhost:3000": gateway.url.removeprefix("http://"),
            "localhost:3999": gateway.sandbox_url.removeprefix("http://"),
            "https://example.com": own,
            "https://shop.example": own,
            "https://wa.example.com": gateway.url,
            "/somewhere/safe": str(folder / "safe"),
            "628222222222": other,
            "data-sandbox/": "data/",
            "wa_...": made["apiKey"],
            "wa_…": made["apiKey"],
            "key_01k…": spare["id"],
            "med_01m8…": file["id"],
            "msg_01k...": sent["id"],
            "3EB0...": heard,
        }
        knows = {
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            "GATEWAY": gateway.url,
            "KEY": made["apiKey"],
            "ADMIN": gateway.admin_key,
            "ID": hook["webhook"]["id"] if "webhook" in hook else hook["id"],
            "WAGATE_URL": gateway.url,
            "WAGATE_API_KEY": made["apiKey"],
        }
        yield World(Reader(folder, meant, patience=_PATIENCE, knows=knows), api, sandbox, number, other)
        elsewhere.shutdown()
