"""The examples that send a picture are run as a newcomer runs them, on a connection that loses answers."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
from collections import Counter
from collections.abc import Generator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.examples.programs import LANGUAGES, command, run
from tests.examples.talking import Number
from tests.session_host.media.inputs import picture

CAPTIONS = ["From a file", "From an address", "In base64", "From an upload"]


@contextlib.contextmanager
def serving(handler: type[BaseHTTPRequestHandler] | partial[BaseHTTPRequestHandler]) -> Generator[str]:
    """A server on this machine; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class Silent(SimpleHTTPRequestHandler):
    """The files of a folder."""

    def log_message(self, format: str, *args) -> None:  # noqa: A002 - http.server's
        """Say nothing."""


def losing(gateway: str, asked: Counter[str]) -> type[BaseHTTPRequestHandler]:
    """Passes requests on to a gateway, and loses its first answer to every Idempotency-Key."""

    class Losing(BaseHTTPRequestHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = httpx.request(self.command, gateway + self.path, content=body, headers=headers, timeout=60)
            key = self.headers.get("Idempotency-Key")
            if key is not None:
                asked[key] += 1
            if key is not None and asked[key] == 1:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = _pass_on  # noqa: N815 - the names http.server looks for

        def log_message(self, format: str, *args) -> None:  # noqa: A002 - http.server's
            """Say nothing."""

    return Losing


@pytest.mark.parametrize(("language", "contact"), [(each, f"6282000{at}") for at, each in enumerate(LANGUAGES)])
def test_pictures_are_sent_once(language: str, contact: str, number: Number, tmp_path: Path) -> None:
    """From a file, an address, in base64 and from an upload: the same bytes, once each, though answers were lost."""
    typed = command(language, "pictures")
    number.control("/contacts", number=contact)
    picture().save(tmp_path / "photo.jpg")
    asked: Counter[str] = Counter()
    with (
        serving(partial(Silent, directory=str(tmp_path))) as files,
        serving(losing(number.gateway.url, asked)) as gateway,
    ):
        arguments = [contact, "photo.jpg", f"{files}/photo.jpg"]
        done = run([*typed, *arguments], tmp_path, number.settings | {"WAGATE_URL": gateway})
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert sorted(asked.values()) == [2, 2, 2, 2]
    got = number.got(contact, lambda message: message["media"]["state"] == "stored", many=4)
    digest = hashlib.sha256((tmp_path / "photo.jpg").read_bytes()).hexdigest()
    assert [message["text"] for message in got] == CAPTIONS
    assert {message["media"]["sha256"] for message in got} == {digest}
    assert said[:4] == [f"sent {message['id']}" for message in got]
    assert said[4] in {f"the last one is {status}" for status in ("sent", "delivered", "read")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_sent_is_told(language: str, number: Number, tmp_path: Path) -> None:
    """A number without WhatsApp, and a session that is not connected: words, and exit code 1."""
    typed = command(language, "pictures")
    picture().save(tmp_path / "photo.jpg")
    nobody = run([*typed, "628999999999", "photo.jpg", "http://127.0.0.1/"], tmp_path, number.settings)
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "628999999999 has no WhatsApp: nothing was sent." in nobody.stderr
    away = number.settings | {"WAGATE_SESSION": f"away-{language}"}
    refused = run([*typed, "628999999999", "photo.jpg", "http://127.0.0.1/"], tmp_path, away)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "The number is not connected (" in refused.stderr
