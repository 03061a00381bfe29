"""What arrived and what was sent, seen from the terminal, against a running sandbox."""

from __future__ import annotations

import base64
import json
import secrets
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.cli.processes import children_of, named, until
from tests.launched import WAGATE, Launched, environment, launched

PHONE, CONTACT = "628111111111", "628222222222"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Generator[Launched]:
    """A gateway of this module's own: its API is killed."""
    with launched("sandbox", tmp_path_factory.mktemp("gateway") / "data") as started:
        yield started


@pytest.fixture(scope="module")
def key(gateway: Launched) -> str:
    """A key whose session `sales` is connected; a contact to write with."""
    made = gateway.wagate("keys", "create", f"test {secrets.token_hex(4)}").stdout.strip()
    control(gateway, "/phones", number=PHONE)
    control(gateway, "/contacts", number=CONTACT, name="Sari")
    headers = {"X-API-Key": made, "Accept": "text/plain"}
    code = httpx.get(f"{gateway.url}/api/qr?sessionId=sales", headers=headers, timeout=30).text
    control(gateway, f"/phones/{PHONE}/scan", qr=code)
    until(lambda: gateway.wagate("sessions", "status", "sales", "--key", made).returncode == 0)
    return made


def control(gateway: Launched, path: str, **body: object) -> dict:
    answer = httpx.post(gateway.sandbox_url + path, json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


def say(gateway: Launched, **said: object) -> str:
    """Have the contact send something; its id."""
    return control(gateway, f"/contacts/{CONTACT}/send", to=PHONE, **said)["id"]


def messages(gateway: Launched, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return gateway.wagate("messages", *arguments, "--session", "sales", "--key", key)


def got(gateway: Launched, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`wagate media get`."""
    return gateway.wagate("media", "get", *arguments, "--session", "sales", "--key", key)


def listed(gateway: Launched, key: str, *arguments: str) -> list[dict]:
    return json.loads(messages(gateway, key, "list", "--json", *arguments).stdout)["messages"]


def arrived(gateway: Launched, key: str, message_id: str) -> None:
    until(lambda: any(message["id"] == message_id for message in listed(gateway, key)))


def test_list_and_show_what_arrived(gateway: Launched, key: str) -> None:
    """A line each, the newest last; whole with `show`; what a stranger wrote is no command to the terminal."""
    long = "a text that is longer than a line of a terminal " * 4
    first = say(gateway, text="one\nand two \x1b[31mred\x07")
    second = say(gateway, text=long)
    arrived(gateway, key, second)
    done = messages(gateway, key, "list")
    assert done.returncode == 0, done.stderr
    header, *lines = done.stdout.splitlines()
    assert header.split() == ["TIME", "CHAT", "FROM", "ID", "TYPE", "MESSAGE"]
    assert [CONTACT in line for line in lines[-2:]] == [True, True]
    assert first in lines[-2]
    assert lines[-2].endswith("one and two [31mred")
    assert second in lines[-1]
    assert lines[-1].endswith("…")
    assert "wagate send --session sales CHAT TEXT --reply ID" in done.stderr

    (newest,) = listed(gateway, key, "--limit", "1")
    assert newest["message"] == long
    more = messages(gateway, key, "list", "--limit", "1")
    assert len(more.stdout.splitlines()) == 2
    cursor = more.stderr.partition("--before ")[2].split()[0]
    older = messages(gateway, key, "list", "--limit", "1", "--before", cursor)
    assert first in older.stdout

    whole = messages(gateway, key, "show", second)
    assert long.strip() in whole.stdout
    assert "\x1b" not in messages(gateway, key, "show", first).stdout
    missing = messages(gateway, key, "show", "3EB0NOTHERE")
    assert missing.returncode == 1
    assert "wagate messages list" in missing.stderr


def test_an_answer_quotes_and_shows_what_became_of_it(gateway: Launched, key: str) -> None:
    """`send --reply` answers what `list` shows; `show` of what it prints says when the contact read it."""
    asked = say(gateway, text="Are you there?")
    arrived(gateway, key, asked)
    done = gateway.wagate("send", "--session", "sales", "--key", key, CONTACT, "Yes, we are", "--reply", asked)
    assert done.returncode == 0, done.stderr
    sent = done.stdout.strip()

    def shown() -> str:
        return messages(gateway, key, "show", sent).stdout

    until(lambda: "status     read" in shown())
    facts = dict(line.split(maxsplit=1) for line in shown().splitlines())
    assert facts["id"] == sent
    assert facts["to"].startswith(CONTACT)
    assert list(facts)[5:] == ["accepted", "sending", "sent", "delivered", "read"]
    as_json = json.loads(messages(gateway, key, "show", sent, "--json").stdout)
    assert [person["number"] for person in as_json["receipts"]] == [CONTACT]
    got = httpx.get(f"{gateway.sandbox_url}/contacts/{CONTACT}/messages", timeout=30).json()["messages"]
    assert [message["quoted"]["id"] for message in got if message["text"] == "Yes, we are"] == [asked]


def test_a_file_is_downloaded(gateway: Launched, key: str, tmp_path: Path) -> None:
    """By the message's id, waiting until it is here; by the file's id; where it is wanted, or to a pipe."""
    content = secrets.token_bytes(3_000_000)
    inside = base64.b64encode(content).decode()
    sent = say(gateway, type="document", base64=inside, fileName="../../evil.pdf", mimetype="application/pdf")
    arrived(gateway, key, sent)
    done = got(gateway, key, sent, "--output", str(tmp_path / "here"))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "here")), done.stderr
    assert (tmp_path / "here").read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["here"]

    file_id = next(message["media"]["id"] for message in listed(gateway, key) if message["id"] == sent)
    options = ["--session", "sales", "--key", key]
    named_by_us = subprocess.run(
        [WAGATE, "media", "get", file_id, *options],
        env=environment(WAGATE_DATA_DIR=str(gateway.data)),
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert named_by_us.stdout.startswith(file_id)
    assert (tmp_path / named_by_us.stdout.strip()).read_bytes() == content
    piped = subprocess.run(
        [WAGATE, "media", "get", file_id, "--output", "-", *options],
        env=environment(WAGATE_DATA_DIR=str(gateway.data)), capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    assert piped.stdout == content

    nowhere = got(gateway, key, sent, "--output", str(tmp_path / "no" / "where"))
    assert nowhere.returncode == 1
    assert "cannot be written" in nowhere.stderr
    text = say(gateway, text="no file here")
    arrived(gateway, key, text)
    without = got(gateway, key, text)
    assert without.returncode == 1
    assert "has no file" in without.stderr


def test_a_file_that_is_gone_says_why(gateway: Launched, key: str, tmp_path: Path) -> None:
    """WhatsApp no longer has it: words, and how to try again; which has it tried."""
    control(gateway, "/faults", kind="download", target=CONTACT, mode="refuse", code=410, until_cleared=True)
    try:
        sent = say(gateway, type="image", base64=base64.b64encode(b"\xff\xd8\xff" + bytes(500)).decode())
        arrived(gateway, key, sent)
        gone = got(gateway, key, sent, "--output", str(tmp_path / "here"))
        assert gone.returncode == 1
        assert "WhatsApp no longer has it" in gone.stderr
        assert f"wagate media get {sent} --again" in gone.stderr
        httpx.delete(f"{gateway.sandbox_url}/faults", timeout=30).raise_for_status()
        control(gateway, "/faults", kind="download", target=CONTACT, mode="slow", milliseconds=50, until_cleared=True)
        again = got(gateway, key, sent, "--again", "--timeout", "0", "--output", str(tmp_path / "here"))
        assert again.returncode == 1
        assert "still being fetched" in again.stderr
    finally:
        httpx.delete(f"{gateway.sandbox_url}/faults", timeout=30).raise_for_status()


@contextmanager
def following(gateway: Launched, key: str, *options: str) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [WAGATE, "messages", "follow", "--session", "sales", "--key", key, "--url", gateway.url, *options],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=60)


def test_follow_shows_each_once_while_the_api_is_restarted(gateway: Launched, key: str) -> None:
    """The API is killed while messages come: none is left out, none shown twice; Ctrl-C ends it with 130."""
    before = say(gateway, text="what was there before")
    arrived(gateway, key, before)
    with following(gateway, key, "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "Ctrl-C ends it" in process.stderr.readline()
        wanted = [say(gateway, text="the first")]
        shown = [json.loads(process.stdout.readline())["id"]]
        gateway.process.send_signal(signal.SIGSTOP)  # so that nobody starts the API again before it is missed
        try:
            named(children_of(gateway.process.pid), "functions").kill()
            assert "Trying again until it is back" in process.stderr.readline()
        finally:
            gateway.process.send_signal(signal.SIGCONT)
        wanted += [say(gateway, text=f"number {at}") for at in range(20)]
        shown += [json.loads(process.stdout.readline())["id"] for _ in range(20)]
        wanted.append(say(gateway, text="the last"))
        shown.append(json.loads(process.stdout.readline())["id"])
        process.send_signal(signal.SIGINT)
        rest, told = process.communicate(timeout=60)
    assert shown == wanted
    assert rest == ""
    assert process.returncode == 130
    assert "Following again." in told
    assert "Traceback" not in told


def test_follow_is_read_by_a_person(gateway: Launched, key: str) -> None:
    """A line for each message, as in the list."""
    with following(gateway, key) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.readline()
        sent = say(gateway, text="hello there")
        line = process.stdout.readline()
    assert sent in line
    assert line.rstrip().endswith("text  hello there")


def test_follow_begins_with_a_gateway(gateway: Launched, key: str) -> None:
    """A session that is not there is no reason to wait."""
    done = gateway.wagate("messages", "follow", "--session", "nobody", "--key", key)
    assert done.returncode == 1
    assert "This key has no session 'nobody'." in done.stderr
    assert "Following" not in done.stderr
