"""Webhooks from the terminal, against a running sandbox."""

from __future__ import annotations

import base64
import json
import secrets
import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from cli.program.exit_codes import ExitCode
from shared.ids import event_id, now_ms
from shared.webhooks.signing import headers_of
from tests.cli.answers import answering
from tests.examples.talking import Number
from tests.launched import WAGATE, Launched, environment, wagate
from tests.shared_gateway import fresh_number

WITHIN = 60.0
SECRET = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
OTHER = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def number(gateway: Launched) -> Generator[Number]:
    """A connected session of a key of its own."""
    number = Number.logged_in(gateway, fresh_number(), "sales")
    yield number
    number.leave()


@contextmanager
def listening(*options: str, **settings: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """`wagate webhooks listen` once it listens, and its address."""
    process = subprocess.Popen(
        [WAGATE, "webhooks", "listen", *options],
        env=environment(**settings, PYTHONFAULTHANDLER="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith("Listening at http://127.0.0.1:"), first + process.stderr.read()
        yield process, first.split()[2].rstrip(";")
    finally:
        process.kill()
        process.communicate(timeout=WITHIN)


def ended(process: subprocess.Popen[str]) -> int:
    """Its exit code; where it does not end, fails with what it is at."""
    try:
        return process.wait(WITHIN)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        raise AssertionError("\n".join(process.communicate(timeout=WITHIN))) from None


def answered(*arguments: str, exit_code: int = ExitCode.OK, **settings: str) -> dict:
    """What `wagate webhooks ... --json` prints."""
    done = wagate("webhooks", *arguments, "--json", **settings)
    assert done.returncode == exit_code, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_a_contacts_message_arrives_where_somebody_listens(number: Number) -> None:
    """It is shown as the API has it; at the end, by Ctrl-C or SIGTERM, the webhook is gone."""
    contact = fresh_number()
    number.control("/contacts", number=contact)
    for ending in (signal.SIGINT, signal.SIGTERM):
        with listening("--json", "--events", "message.received", **number.settings) as (process, url):
            assert process.stderr is not None
            assert process.stdout is not None
            assert "from now on" in process.stderr.readline()
            assert [each["url"] for each in answered("list", **number.settings)["webhooks"]] == [url]
            text = f"Apa kabar? {ending.name}"
            number.control(f"/contacts/{contact}/send", to=number.digits, text=text)
            event = json.loads(process.stdout.readline())
            assert (event["type"], event["data"]["message"]) == ("message.received", text)
            process.send_signal(ending)
            assert ended(process) == ExitCode.INTERRUPTED
        assert answered("list", **number.settings)["webhooks"] == []


def test_only_what_is_signed_is_shown() -> None:
    """With the secret of a webhook that there is; no gateway is asked. What strangers post is refused, and told."""
    event = {"type": "key.used", "timestamp": "2026-11-30T12:00:00Z", "sessionId": None, "data": {"a": "b\x1b[2J"}}
    body = json.dumps(event).encode()
    now = now_ms()
    identity = event_id(now, "test")
    with listening(WEBHOOK_SECRET=SECRET, WAGATE_URL=NOWHERE) as (process, url):

        def post(headers: dict[str, str], content: bytes = body) -> int:
            return httpx.post(url, content=content, headers=headers, timeout=WITHIN).status_code

        assert post({}) == 401
        assert post(headers_of(identity, body, [OTHER], now)) == 401
        assert post(headers_of(identity, body, [SECRET], now) | {"webhook-signature": "nonsense"}) == 401
        address = ("127.0.0.1", httpx.URL(url).port or 0)
        with socket.create_connection(address) as large:
            large.sendall(b"POST / HTTP/1.1\r\nContent-Length: 1073741824\r\n\r\n")
            assert b" 413 " in large.recv(100)
        with socket.create_connection(address) as broken:
            broken.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        assert post(headers_of(identity, body, [OTHER, SECRET], now)) == 204
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=WITHIN)
    assert out == "2026-11-30T12:00:00Z  -  key.used  a=b[2J\n"
    assert err.count("Refused a request") == 4
    assert "Traceback" not in err


def test_what_keeps_it_from_listening_is_told_with_a_remedy() -> None:
    """A gateway that posts nothing to its own machine, one elsewhere, a port that is taken, a secret that is none."""
    refused = {"success": False, "code": "URL_REFUSED", "error": "The gateway sends nothing to this address."}
    with answering((422, refused)) as server:
        done = wagate("webhooks", "listen", WAGATE_URL=server.url, WAGATE_API_KEY="wa_x")
    assert done.returncode == ExitCode.FAILED
    assert "WAGATE_URL_ALLOW=127.0.0.1" in done.stderr
    away = answered("listen", exit_code=ExitCode.FAILED, WAGATE_URL="https://shop.example", WAGATE_API_KEY="wa_x")
    assert (away["code"], "events tail" in away["error"]) == ("NOT_HERE", True)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = answered("listen", "--port", str(other.getsockname()[1]), "--secret", SECRET, exit_code=ExitCode.FAILED)
    assert taken["code"] == "PORT_TAKEN"
    assert answered("listen", "--secret", "whsec_", exit_code=ExitCode.USAGE)["code"] == "BAD_SECRET"
    assert wagate("webhooks", "listen", "--secret", SECRET, "--events", "*").returncode == ExitCode.USAGE


def test_a_webhook_is_made_changed_and_deleted(number: Number) -> None:
    """What is chosen is kept, and what is given empty taken away; the secret is shown once; deleting asks first."""
    chosen = (
        "--events", "message.*,session.status", "--session", "sales", "--chat", fresh_number(), "--direction", "in",
        "--header", "Authorization=Bearer a=b", "--test-url", NOWHERE, "--ordered",
    )  # fmt: skip
    made = wagate("webhooks", "create", NOWHERE, *chosen, **number.settings)
    assert made.returncode == ExitCode.OK, made.stderr
    identity, secret = made.stdout.split()
    assert secret.startswith("whsec_")
    assert f"wagate webhooks test {identity}" in made.stderr
    shown = answered("show", identity, **number.settings)["webhook"]
    assert (shown["events"], shown["sessionId"], shown["direction"], shown["headerNames"], shown["ordered"]) == (
        ["message.*", "session.status"], "sales", "in", ["Authorization"], True,
    )  # fmt: skip
    assert (len(shown["chats"]), shown["testUrl"]) == (1, NOWHERE)
    emptied = ("--session", "", "--chat", "", "--header", "", "--test-url", "", "--direction", "both", "--unordered")
    now = answered("change", identity, "--to", f"{NOWHERE}b", *emptied, **number.settings)["webhook"]
    assert (now["url"], now["chats"], now["headerNames"], now["ordered"]) == (f"{NOWHERE}b", [], [], False)
    assert now.keys().isdisjoint({"sessionId", "testUrl", "direction"})
    assert now["events"] == shown["events"]
    rotated = answered("rotate-secret", identity, "--overlap", "60", **number.settings)["webhook"]
    assert rotated["secret"] != secret
    words = wagate("webhooks", "show", identity, **number.settings).stdout
    assert secret not in words
    assert "message.*,session.status" in words
    assert identity in wagate("webhooks", "list", **number.settings).stdout
    assert wagate("webhooks", "create", NOWHERE, "--header", "A", **number.settings).returncode == ExitCode.USAGE
    kept = subprocess.run(
        [WAGATE, "webhooks", "delete", identity], env=environment(**number.settings), input="n\n", text=True,
        capture_output=True, check=False, timeout=WITHIN,
    )  # fmt: skip
    assert (kept.returncode, f"Delete the webhook '{identity}'" in kept.stderr) == (1, True)
    assert answered("delete", identity, "--yes", **number.settings)["success"]
    assert answered("show", identity, exit_code=ExitCode.FAILED, **number.settings)["code"] == "WEBHOOK_NOT_FOUND"


def test_what_was_not_taken_is_seen_and_sent_again(number: Number) -> None:
    """A test that fails is exit code 1, and in the list; a webhook rests while it is disabled."""
    identity = answered("create", NOWHERE, "--events", "message.received", **number.settings)["webhook"]["id"]
    tested = wagate("webhooks", "test", identity, "--type", "session.status", **number.settings)
    assert (tested.returncode, NOWHERE in tested.stdout) == (ExitCode.FAILED, True)
    listed = wagate("webhooks", "deliveries", identity, "--status", "given_up", **number.settings).stdout
    assert "session.status (test)" in listed.splitlines()[1]
    assert answered("disable", identity, **number.settings)["webhook"]["reason"] == "owner"
    assert "disabled (owner)" in wagate("webhooks", "list", **number.settings).stdout
    assert answered("enable", identity, "--skip-missed", **number.settings)["webhook"]["state"] == "enabled"
    counted = wagate("webhooks", "replay", identity, "--since", "2100-01-01", "--dry-run", **number.settings)
    assert (counted.returncode, counted.stdout) == (ExitCode.OK, "0 would be delivered once more\n")
    missed = answered("replay", identity, "--missed", "--until", "2100-01-01T00:00:00", **number.settings)
    assert (missed["count"], missed["complete"]) == (0, True)
    unknown = answered("redeliver", identity, event_id(now_ms(), "x"), exit_code=ExitCode.FAILED, **number.settings)
    assert unknown["code"] == "DELIVERY_NOT_FOUND"
    assert answered("delete", identity, "--yes", **number.settings)["success"]
