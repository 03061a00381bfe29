"""`wagate api`, and commands that are one route each, against a server that answers what the API would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import wagate
from cli.program.exit_codes import ExitCode
from tests.cli.answers import answering
from tests.launched import Launched

DONE = {"success": True, "message": "Done."}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WAGATE_API_KEY", "wa_x")
    monkeypatch.delenv("WAGATE_URL", raising=False)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(wagate, [*arguments])
    assert "Traceback" not in result.output
    return result


def test_any_route_is_asked() -> None:
    """Fields are the body, of a GET the query; the answer is printed."""
    with answering((200, DONE)) as server:
        done = run("api", "post", "send-typing", "number=628", "options.on=true", "name=Ani", "--url", server.url)
        run("api", "GET", "/api/chats", "limit=5", "search=ani", "--url", server.url)
    assert json.loads(done.stdout) == DONE
    method, path, headers, body = server.requests[0]
    assert (method, path, body) == ("POST", "/api/send-typing", {"number": 628, "options": {"on": True}, "name": "Ani"})
    assert headers["X-API-Key"] == "wa_x"
    assert server.requests[1][1] == "/api/chats?limit=5&search=ani"


def test_admin_routes_are_asked_with_the_admin_key() -> None:
    """And with no API key."""
    with answering((200, DONE)) as server:
        run("api", "GET", "admin/hosts", "--admin-key", "adm", "--url", server.url)
    _, path, headers, _ = server.requests[0]
    assert (path, headers["X-Admin-Key"], "X-API-Key" in headers) == ("/api/admin/hosts", "adm", False)


def test_a_field_that_is_none_is_refused() -> None:
    """Before anything is asked."""
    assert run("api", "POST", "send-typing", "number").exit_code == ExitCode.USAGE


def test_an_error_is_the_gateways() -> None:
    """In its words, with its code as JSON."""
    refusal = {"success": False, "code": "NUMBER_INVALID", "error": "That is no number."}
    with answering((400, refusal)) as server:
        done = run("api", "GET", "check-number/1", "--json", "--url", server.url)
    assert (done.exit_code, json.loads(done.stdout)["code"]) == (ExitCode.FAILED, "NUMBER_INVALID")


ONE_EACH = [
    (["profile", "name", "Shop"], ("POST", "/api/update-profile-name", {"sessionId": "default", "name": "Shop"})),
    (["profile", "about", "Open"], ("POST", "/api/update-profile-status", {"sessionId": "default", "status": "Open"})),
    (
        ["profile", "picture", "https://example.com/a.jpg"],
        ("POST", "/api/update-profile-picture", {"sessionId": "default", "imageUrl": "https://example.com/a.jpg"}),
    ),
    (["contacts", "block", "628"], ("POST", "/api/block-user", {"sessionId": "default", "number": "628"})),
    (["contacts", "unblock", "628"], ("POST", "/api/unblock-user", {"sessionId": "default", "number": "628"})),
    (["chats", "delete", "628", "--yes"], ("DELETE", "/api/chats/628?sessionId=default", None)),
]


@pytest.mark.parametrize(("arguments", "asked"), ONE_EACH)
def test_a_command_that_is_one_route(arguments: list[str], asked: tuple[str, str, object]) -> None:
    """It asks that one, and says what the gateway says."""
    with answering((200, DONE)) as server:
        done = run(*arguments, "--url", server.url)
    method, path, _, body = server.requests[0]
    assert ((method, path, body), done.stdout, done.exit_code) == (asked, "Done.\n", ExitCode.OK)


def test_numbers_are_checked() -> None:
    """The exit code says whether all of them are on WhatsApp."""
    there = {"asked": "628", "number": "628", "exists": True, "jid": "628@s.whatsapp.net", "lid": None}
    gone = {"asked": "1", "number": None, "exists": False, "jid": None, "lid": None}
    with answering(
        (200, {"success": True, "results": [there]}), (200, {"success": True, "results": [there, gone]})
    ) as (server):
        assert run("contacts", "check", "628", "--url", server.url).exit_code == ExitCode.OK
        both = run("contacts", "check", "628", "1", "--url", server.url)
    assert (both.exit_code, both.stdout.splitlines()[2].split()) == (ExitCode.FAILED, ["1", "no", "-"])


def test_privacy_is_shown_and_changed() -> None:
    """One setting a line."""
    answer = {"success": True, "lastSeen": "all", "online": "all", "statusPosts": {}}
    with answering((200, answer), (200, {**answer, "lastSeen": "none"})) as server:
        shown = run("profile", "privacy", "--url", server.url)
        changed = run("profile", "privacy", "lastSeen=none", "--url", server.url)
    assert [line.split() for line in shown.stdout.splitlines()[1:]] == [["lastSeen", "all"], ["online", "all"]]
    assert server.requests[1][3] == {"sessionId": "default", "lastSeen": "none"}
    assert "none" in changed.stdout


def test_words_are_looked_for_and_a_chat_is_read() -> None:
    """In all chats, or in one."""
    message = {
        "id": "3EB0", "chat": "628@s.whatsapp.net", "from": "628", "fromLid": None, "fromMe": False, "timestamp": 1,
        "type": "text", "message": "halo dunia", "pushName": "Ani",
    }  # fmt: skip
    found = {"success": True, "messages": [message], "next": None}
    with answering((200, found), (200, {"success": True, "marked": 2})) as server:
        shown = run("chats", "search", "DUNIA", "--chat", "628", "--url", server.url)
        read = run("chats", "read", "628", "--url", server.url)
    assert "halo dunia" in shown.stdout
    assert "q=DUNIA" in server.requests[0][1]
    assert read.stdout == "2 marked as read.\n"


def test_a_group_is_joined_by_its_link() -> None:
    """Or by the code alone."""
    with answering((200, {"success": True, "groupJid": "1@g.us", "groupId": "1", "pending": True})) as server:
        done = run("groups", "join", "https://chat.whatsapp.com/AbC", "--url", server.url)
    assert (server.requests[0][1], done.stdout) == ("/api/invites/AbC", "1@g.us\n")
    assert "admin" in done.stderr


def test_a_file_is_kept_and_had_again(gateway: Launched, tmp_path: Path) -> None:
    """By its id, whole."""
    key = gateway.wagate("keys", "create", "files").stdout.strip()
    sent, back = tmp_path / "a.txt", tmp_path / "b.txt"
    sent.write_bytes(b"twelve bytes")
    kept = gateway.wagate("media", "upload", str(sent), "--key", key)
    assert f"--document {kept.stdout.strip()}" in kept.stderr
    gateway.wagate("media", "get", kept.stdout.strip(), "--output", str(back), "--key", key)
    assert back.read_bytes() == b"twelve bytes"
