"""A package index on 127.0.0.1 that offers one wheel of a "uv", in the ways that indexes do."""

import contextlib
import hashlib
import http.server
import io
import json
import threading
import zipfile
from collections.abc import Generator
from dataclasses import dataclass, field
from http import HTTPStatus

SCRIPT = b"#!/bin/sh\necho a uv\n"


def wheel_bytes(version: str) -> bytes:
    """Return a wheel like uv's: one executable below ``uv-VERSION.data/scripts``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"uv-{version}.data/scripts/uv", SCRIPT)
        folder = f"uv-{version}.dist-info"  # pip looks into it
        archive.writestr(f"{folder}/METADATA", f"Metadata-Version: 2.1\nName: uv\nVersion: {version}\n")
        archive.writestr(f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n")
    return content.getvalue()


@dataclass(slots=True)
class PackageIndex:
    """What it offers, and what it was asked for.

    Attributes:
        name: file name of its one wheel.
        content: what it sends for it.
        as_json: answer as PEP 691 says, instead of PEP 503's HTML.
        asked: path and Authorization header of every request.
        port: where it listens.
    """

    name: str
    content: bytes
    as_json: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it is, as PIP_INDEX_URL names it."""
        return f"http://127.0.0.1:{self.port}/simple"

    @property
    def sha256(self) -> str:
        """Hash of what it sends."""
        return hashlib.sha256(self.content).hexdigest()

    def page(self) -> tuple[str, str]:
        """Return type and text of the page that lists uv's files."""
        if self.as_json:
            files = [{"filename": self.name, "url": f"../../files/{self.name}"}]
            return "application/vnd.pypi.simple.v1+json", json.dumps({"files": files})
        return "text/html", f'<a href="../../files/{self.name}#sha256=0">{self.name}</a>'

    @contextlib.contextmanager
    def running(self) -> Generator["PackageIndex"]:
        """Answer requests as long as this context lasts."""
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append((self.path, self.headers["Authorization"]))
                if self.path == "/simple/uv/":
                    kind, text = index.page()
                    self.answer(kind, text.encode())
                elif self.path == f"/files/{index.name}":
                    self.answer("application/octet-stream", index.content)
                else:
                    self.send_error(HTTPStatus.NOT_FOUND)

            def answer(self, kind: str, body: bytes) -> None:
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server names it
                """Say nothing: what was asked is in `asked`."""

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            self.port = server.server_address[1]
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()
