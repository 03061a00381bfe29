"""The TypeScript client: its types hold, its README runs, and it repeats what the Python client repeats."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from PIL import Image

from shared.ids import now_ms
from shared.webhooks.signing import headers_of
from tests.clients.bad_way import BadWay
from tests.clients.npm import installed
from tests.clients.readme import CLIENTS, programs
from tests.emulators.nats_process import free_port
from tests.examples.talking import Number

PACKAGE = CLIENTS / "typescript"
WRITES, INBOX, RECEIVER = programs(PACKAGE / "README.md", "js")
SECRET = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0"  # noqa: S105 - of this test alone
pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed")

CHECKS = """
import { GatewayUnreachable, Wagate, WagateError } from "wagate-client";
const [what, contact] = process.argv.slice(2);
const url = process.env.WAGATE_URL, key = process.env.WAGATE_API_KEY;
const wagate = new Wagate({ url, key, retries: { longestPause: 2 } });
const told = (error) => error instanceof WagateError && {
  name: error.name, code: error.code, status: error.status, words: error.words, remedy: error.remedy,
  retryAfter: error.retryAfter, requestId: error.requestId, key: error.idempotencyKey, fields: error.fields,
};
const tried = {
  send: () => wagate.session("sales").sendMessage({ number: contact, message: "Once from TypeScript" }),
  group: () => wagate.createGroup({ sessionId: "sales", name: "Team", participants: [] }),
  read: () => wagate.session("sales").getSessionStatus(),
  wait: () => wagate.listSessions(),
  nobody: () => new Wagate({ url: "http://127.0.0.1:9", retries: { attempts: 2, longestPause: 0.01 } })
    .sendMessage({ number: contact, message: "x" }, { idempotencyKey: "order-1" }),
  ended: () => wagate.followEvents({ after: "latest", signal: AbortSignal.timeout(500) }).next(),
};
console.log(JSON.stringify(await tried[what]().catch((error) => told(error) || { name: error.name })));
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program beside the built client, as a package of npm."""
    folder = tmp_path_factory.mktemp("typescript")
    modules = installed(PACKAGE) / "node_modules"
    subprocess.run(["node", modules / "typescript/bin/tsc", "--outDir", folder / "dist"], cwd=PACKAGE, check=True)
    shutil.copy(PACKAGE / "package.json", folder)
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "wagate-client").symlink_to(folder)
    for name in ("standardwebhooks", "@stablelib", "fast-sha256", "@types", "typescript"):
        if (modules / name).exists():
            (folder / "node_modules" / name).symlink_to(modules / name)
    return folder / "program.mjs"


def started(program: Path, text: str, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    program.write_text(text, "utf-8")
    command = ["node", str(program), *arguments]
    return subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, text=True)


def checked(program: Path, number: Number, url: str, what: str, contact: str = "") -> dict:
    with started(program, CHECKS, what, contact, **number.settings | {"WAGATE_URL": url}) as running:
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    return json.loads(said)


def test_programs_of_the_readme_have_no_wrong_types(program: Path) -> None:
    """Tsc reads them as strictly as it can, with the client's declarations."""
    for place, text in enumerate((WRITES, INBOX, RECEIVER)):
        (program.parent / f"readme{place}.mts").write_text(text, "utf-8")
    options = [
        "--noEmit",
        "--strict",
        "--skipLibCheck",
        "--module",
        "nodenext",
        "--target",
        "es2022",
        "--types",
        "node",
    ]
    command = ["node", "node_modules/typescript/bin/tsc", *options, *sorted(map(str, program.parent.glob("*.mts")))]
    done = subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False)
    assert done.stdout == ""


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
    Image.new("RGB", (8, 8), "red").save(tmp_path / "photo.png")
    number.hears(contact, "A picture?")
    with started(program, INBOX, contact, str(tmp_path / "photo.png"), **number.settings) as running:
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
    assert said == 'message.received {"message":"Halo"}\n'


def test_a_send_whose_answer_is_lost_is_one_message(
    number: Number, contact: str, program: Path, bad_way: BadWay
) -> None:
    """It is repeated under the same Idempotency-Key, and the answer is that of the first."""
    bad_way.faults = ["answer is lost", "502 of a proxy", "429"]
    sent = checked(program, number, bad_way.url, "send", contact)
    assert sent["status"] == "sent"
    assert len(bad_way.passed) == 4
    assert len({each.key for each in bad_way.passed}) == 1
    assert len(number.got(contact, lambda message: message["text"] == "Once from TypeScript")) == 1


def test_what_may_have_been_done_is_not_repeated_and_reading_is(number: Number, program: Path, bad_way: BadWay) -> None:
    """A group could be made twice; a status may be asked for again."""
    bad_way.faults = ["answer is lost"]
    assert checked(program, number, bad_way.url, "group")["name"] == "GatewayUnreachable"
    assert len(bad_way.passed) == 1
    bad_way.faults = ["answer is lost"]
    assert checked(program, number, bad_way.url, "read")["connected"] is True


def test_errors_have_their_words_and_their_remedy(number: Number, program: Path, bad_way: BadWay) -> None:
    """Retry-After of an hour is told at once; nobody there, after as many attempts as were chosen."""
    bad_way.faults = ["wait an hour"]
    waits = checked(program, number, bad_way.url, "wait")
    assert (waits["code"], waits["status"], waits["retryAfter"]) == ("TOO_MANY_REQUESTS", 429, 3600)
    assert (waits["requestId"], waits["fields"]) == ("req_1", {"more": 1})
    assert "Report it" not in waits["remedy"]
    nobody = checked(program, number, bad_way.url, "nobody", "628123456789")
    assert (nobody["name"], nobody["key"]) == ("GatewayUnreachable", "order-1")


def test_following_ends_when_its_caller_wants(number: Number, program: Path) -> None:
    """By the signal, although it would wait for events for good."""
    assert checked(program, number, number.gateway.url, "ended") == {"name": "TimeoutError"}
