"""The programs of clients/python/README.md run as they stand, against a sandbox."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image

from shared.ids import now_ms
from shared.webhooks.signing import headers_of
from tests.clients.readme import CLIENTS, programs
from tests.emulators.nats_process import free_port
from tests.examples.talking import Number

WRITES, INBOX, RECEIVER = programs(CLIENTS / "python" / "README.md", "python")
SECRET = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0"  # noqa: S105 - of this test alone


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return tmp_path / "program.py"


def started(program: Path, text: str, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """A program of the README, with nothing but the client beside it."""
    program.write_text(text, "utf-8")
    environment = os.environ | settings | {"PYTHONPATH": str(CLIENTS / "python"), "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, str(program), *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )


def test_the_first_program_writes_and_answers(number: Number, contact: str, program: Path) -> None:
    """It sends, waits for the contact, and answers; the contact has both messages."""
    with started(program, WRITES, contact, **number.settings) as running:
        try:
            number.got(contact, lambda message: message["text"] == "How can we help you?")
            number.control(f"/contacts/{contact}/send", to=number.digits, text="Where is my parcel?")
            said, _ = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 0
    assert re.fullmatch(r"sent msg_\w+\nanswered Where is my parcel\?\n", said)
    number.got(contact, lambda message: message["text"] == "Thank you, we will see to it.")


def test_the_second_sends_a_file_and_reads_the_inbox(
    number: Number, contact: str, program: Path, tmp_path: Path
) -> None:
    """The contact has the picture, and what it wrote is printed."""
    picture = tmp_path / "photo.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    number.hears(contact, "A picture?")
    with started(program, INBOX, contact, str(picture), **number.settings) as running:
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert f"{contact} A picture?\n" in said
    number.got(contact, lambda message: message["type"] == "image")


def test_the_third_takes_what_is_signed_for_it(program: Path) -> None:
    """And prints it; anything else is answered with 401."""
    port = free_port()
    body = b'{"id": "evt_1", "type": "message.received", "data": {"message": "Halo"}}'
    with started(program, RECEIVER, str(port), WEBHOOK_SECRET=SECRET) as running:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    refused = httpx.post(f"http://127.0.0.1:{port}/", content=body, timeout=5)
                    break
                except httpx.TransportError:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            headers = headers_of("evt_1", body, [SECRET], now_ms())
            taken = httpx.post(f"http://127.0.0.1:{port}/", content=body, headers=headers, timeout=30)
        finally:
            running.kill()
        said, _ = running.communicate(timeout=60)
    assert (refused.status_code, taken.status_code) == (401, 204)
    assert said == "message.received {'message': 'Halo'}\n"
