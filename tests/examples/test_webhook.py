"""The receivers of the examples know what is ours from what is not: by a library of their language, or by hand."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from shared.ids import event_id, now_ms
from shared.webhooks.signing import headers_of
from tests.emulators.nats_process import free_port
from tests.examples.programs import command, installed

BODY = b'{"id":"evt_1","type":"message.received","data":{"message":"Apa kabar? \xf0\x9f\x91\x8b"}}'
WITHIN = 60.0


def typed(language: str, port: int, folder: Path) -> list[str]:
    if language == "php":
        php, *options, program = command("php", "webhook")
        return [php, *options, "-S", f"127.0.0.1:{port}", program]
    return [*installed(language, "webhook", folder), str(port)]


@contextmanager
def receiving(language: str, secret: str, folder: Path) -> Generator[str]:
    """The example's address, once it answers."""
    port = free_port()
    with (folder / "words").open("w") as words:
        program = subprocess.Popen(
            typed(language, port, folder), env=os.environ | {"WEBHOOK_SECRET": secret}, stdout=words, stderr=words
        )
    try:
        until = time.monotonic() + WITHIN
        while True:
            try:
                httpx.post(f"http://127.0.0.1:{port}/", content=b"{}", timeout=5)
            except httpx.TransportError:
                assert program.poll() is None, (folder / "words").read_text()
                assert time.monotonic() < until
                time.sleep(0.05)
            else:
                break
        yield f"http://127.0.0.1:{port}/"
    finally:
        program.kill()
        program.wait(timeout=WITHIN)


@pytest.mark.parametrize("language", ["python", "javascript", "php"])
def test_a_receiver_takes_what_is_signed_for_it(language: str, tmp_path: Path) -> None:
    """By either secret during a rotation; nothing that was changed, is old, or is signed by another."""
    secret, other = (f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}" for _ in range(2))
    now = now_ms()
    identity = event_id(now, "test")
    with receiving(language, secret, tmp_path) as url:

        def answer(headers: dict[str, str], body: bytes = BODY) -> int:
            return httpx.post(url, content=body, headers=headers, timeout=WITHIN).status_code

        assert answer(headers_of(identity, BODY, [secret], now)) == 204
        assert answer(headers_of(identity, BODY, [other, secret], now)) == 204
        assert answer(headers_of(identity, BODY, [other], now)) == 401
        assert answer(headers_of(identity, BODY, [secret], now), BODY.replace(b"kabar", b"lain!")) == 401
        assert answer(headers_of(identity, BODY, [secret], now - 3_600_000)) == 401
        assert answer({}) == 401
