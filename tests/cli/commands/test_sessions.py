"""Keys, sessions and sends from the terminal, against a running sandbox."""

from __future__ import annotations

import json
import secrets
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import httpx
import pytest

from tests.launched import WAGATE, Launched, environment
from tests.shared_gateway import delete_sessions, fresh_number


@pytest.fixture
def key(gateway: Launched) -> Generator[str]:
    """A new API key, so that the tests' sessions don't meet."""
    key = gateway.wagate("keys", "create", f"test {secrets.token_hex(4)}").stdout.strip()
    yield key
    delete_sessions(gateway, key)


@pytest.fixture
def phone(gateway: Launched) -> str:
    """The number of a new phone."""
    number = fresh_number()
    phone = {"number": number, "name": "Ada"}
    httpx.post(f"{gateway.sandbox_url}/phones", json=phone, timeout=30).raise_for_status()
    return number


@contextmanager
def login(gateway: Launched, key: str, name: str, *options: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [WAGATE, "sessions", "login", name, "--key", key, *options],
        env=environment(WAGATE_DATA_DIR=str(gateway.data)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=60)


def first_code(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        step = json.loads(line)
        if step.get("step") == "code":
            return step["code"]
    assert process.stderr is not None
    raise AssertionError(process.stderr.read())


def scan(gateway: Launched, phone: str, code: str) -> None:
    httpx.post(f"{gateway.sandbox_url}/phones/{phone}/scan", json={"qr": code}, timeout=30).raise_for_status()


def logged_in(gateway: Launched, key: str, phone: str, name: str) -> dict:
    with login(gateway, key, name, "--json", "--timeout", "60") as process:
        scan(gateway, phone, first_code(process))
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def test_key_is_shown_once_listed_revoked_and_deleted(gateway: Launched) -> None:
    """The life of a key; its end is refused with exit code 5."""
    made = json.loads(gateway.wagate("keys", "create", "life", "--json").stdout)
    listed = gateway.wagate("keys", "list").stdout
    assert made["id"] in listed
    assert made["apiKey"] not in listed
    assert gateway.wagate("sessions", "list", "--key", made["apiKey"]).returncode == 0
    assert gateway.wagate("keys", "revoke", made["id"]).returncode == 0
    refused = gateway.wagate("keys", "create", "other", "--admin-key", "wrong", "--json")
    assert refused.returncode == 5
    assert json.loads(refused.stdout)["code"] == "ADMIN_KEY_INVALID"
    assert gateway.wagate("keys", "delete", made["id"]).returncode == 0
    assert gateway.wagate("keys", "delete", made["id"]).returncode == 1


def test_login_status_send_and_delete(gateway: Launched, key: str, phone: str) -> None:
    """A number's whole life from the terminal."""
    state = logged_in(gateway, key, phone, "sales")
    assert (state["connected"], state["number"]) == (True, phone)
    status = gateway.wagate("sessions", "status", "sales", "--key", key)
    assert status.returncode == 0
    assert phone in status.stdout
    assert phone in gateway.wagate("sessions", "list", "--key", key).stdout

    (sink,) = httpx.post(f"{gateway.sandbox_url}/sinks", json={"count": 1}, timeout=30).json()["numbers"]
    once = ["send", "--session", "sales", sink, "hello", "--key", key, "--idempotency-key", "order-1"]
    sent, again = gateway.wagate(*once), gateway.wagate(*once)
    assert (sent.returncode, again.returncode) == (0, 0), sent.stderr
    assert sent.stdout == again.stdout
    assert httpx.get(f"{gateway.sandbox_url}/sinks/{sink}", timeout=30).json()["received"] == 1

    assert gateway.wagate("sessions", "stop", "sales", "--key", key).returncode == 0
    assert gateway.wagate("sessions", "status", "sales", "--key", key).returncode == 4
    refused = gateway.wagate("send", "--session", "sales", sink, "hello", "--key", key, "--json")
    assert refused.returncode == 4
    assert json.loads(refused.stdout)["code"] == "WA_DISCONNECTED"
    assert gateway.wagate("sessions", "delete", "sales", "--yes", "--key", key).returncode == 0
    assert "sales" not in gateway.wagate("sessions", "list", "--key", key).stdout


def test_settings_are_changed_and_shown(gateway: Launched, key: str) -> None:
    """A setting inside another one by a dot; as it was at first, without a value; what is no setting is refused."""
    api = {"X-API-Key": key}
    httpx.post(f"{gateway.url}/api/sessions/chosen/start", headers=api, timeout=30).raise_for_status()
    settings = ["sessions", "settings", "chosen", "--key", key]
    changed = gateway.wagate(*settings, "ignore.groups=true", "media.keepDays=7", "metadata.team=north", "--json")
    assert changed.returncode == 0, changed.stderr
    shown = json.loads(gateway.wagate(*settings, "--json").stdout)["settings"]
    assert (shown["ignore"]["groups"], shown["media"]["keepDays"], shown["metadata"]) == (True, 7, {"team": "north"})
    assert gateway.wagate(*settings, "media.keepDays=").returncode == 0
    lines = [line.split() for line in gateway.wagate(*settings).stdout.splitlines()]
    assert ["ignore.groups", "true"] in lines
    assert ["media.keepDays", "null"] in lines
    assert gateway.wagate(*settings, "ignore.groups").returncode == 2
    refused = gateway.wagate(*settings, "media.keepDays=0", "--json")
    assert refused.returncode != 0
    assert json.loads(refused.stdout)["code"] == "BAD_REQUEST"


def test_login_shows_the_code_to_a_person(gateway: Launched, key: str, phone: str) -> None:
    """Without --json the code is drawn on stderr, and stdout says at the end who is connected."""
    with login(gateway, key, "drawn", "--timeout", "60") as process:
        assert process.stderr is not None
        while "█" not in process.stderr.readline():
            assert process.poll() is None
        api = {"X-API-Key": key, "Accept": "text/plain"}
        code = httpx.get(f"{gateway.url}/api/qr", params={"sessionId": "drawn"}, headers=api, timeout=30).text
        scan(gateway, phone, code)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert f"'drawn' is connected as +{phone}" in out


def test_login_by_a_typed_code(gateway: Launched, key: str, phone: str) -> None:
    """`--code NUMBER` gives the code to type on the phone."""
    with login(gateway, key, "typed", "--json", "--timeout", "60", "--code", phone) as process:
        code = first_code(process)
        typed = httpx.post(f"{gateway.sandbox_url}/phones/{phone}/code", json={"code": code}, timeout=30)
        typed.raise_for_status()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out.splitlines()[-1])["number"] == phone


def test_login_of_a_connected_session_says_so_at_once(gateway: Launched, key: str, phone: str) -> None:
    """Nothing is shown to scan, and the session is not disturbed."""
    before = logged_in(gateway, key, phone, "twice")
    again = gateway.wagate("sessions", "login", "twice", "--key", key, "--json")
    assert again.returncode == 0
    (line,) = again.stdout.splitlines()
    assert json.loads(line)["since"] == before["since"]


def test_login_gives_up_after_its_timeout(gateway: Launched, key: str) -> None:
    """Nobody scans: exit code 4, and how to go on."""
    done = gateway.wagate("sessions", "login", "nobody", "--key", key, "--timeout", "3")
    assert done.returncode == 4
    assert "wagate sessions login nobody" in done.stderr


def test_ctrl_c_while_the_code_is_shown(gateway: Launched, key: str, phone: str) -> None:
    """Ctrl-C ends the watching with 130; the code that was shown still works."""
    with login(gateway, key, "left", "--json") as process:
        code = first_code(process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    scan(gateway, phone, code)
    state = logged_in_already(gateway, key, "left")
    assert state["number"] == phone


def logged_in_already(gateway: Launched, key: str, name: str) -> dict:
    done = gateway.wagate("sessions", "login", name, "--key", key, "--json", "--timeout", "60")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
