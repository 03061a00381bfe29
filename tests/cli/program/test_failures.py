"""Whatever is at the other end, a command ends with words, a remedy and its exit code, and no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.gateway.ports import free_port
from cli.main import wagate
from cli.program.exit_codes import ExitCode
from tests.cli.answers import HANG_UP, answering

SENT = {"success": True, "id": "msg_1", "messageId": "3EB0", "status": "sent", "sessionId": "default"}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("WAGATE_URL", "WAGATE_API_KEY", "WAGATE_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WAGATE_DATA_DIR", str(tmp_path))


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(wagate, arguments)
    assert "Traceback" not in result.output
    return result


def send(url: str, *options: str) -> Result:
    return run("send", "628123456789", "hello", "--url", url, "--key", "wa_k", *options)


def test_no_gateway_there() -> None:
    """Nobody listens: exit code 3, and how to start one."""
    result = run("sessions", "list", "--key", "wa_k", "--url", f"http://127.0.0.1:{free_port()}")
    assert result.exit_code == ExitCode.GATEWAY_AWAY
    assert "wagate up" in result.stderr
    assert result.stdout == ""


def test_no_key_given() -> None:
    """Without a key nothing is asked; it says how to make one."""
    result = run("sessions", "list")
    assert result.exit_code == ExitCode.REFUSED
    assert "wagate keys create" in result.stderr


@pytest.mark.parametrize("key", ["wa_secret\u00e9", "wa_sec\nret", "wa_sec ret", "wa_secret\u200b"])
def test_a_key_that_cannot_be_sent_is_not_shown(key: str, tmp_path: Path) -> None:
    """It says what is wrong with it; the same for an admin key, in its file too."""
    (tmp_path / "admin-key").write_text(key)
    url = f"http://127.0.0.1:{free_port()}"
    for command in (
        ("sessions", "list", "--key", key),
        ("send", "628123456789", "hello", "--key", key),
        ("keys", "list", "--admin-key", key),
        ("keys", "list"),
    ):
        result = run(*command, "--url", url)
        assert result.exit_code == ExitCode.REFUSED
        assert "a character that no key can have" in result.stderr
        assert "sec" not in result.output


def test_blanks_around_a_key_do_not_count() -> None:
    """A newline of a file, a space of a terminal."""
    with answering((200, {"success": True, "sessions": []})) as server:
        assert run("sessions", "list", "--key", " wa_k\n", "--url", server.url).exit_code == ExitCode.OK
    assert server.requests[0][2]["X-API-Key"] == "wa_k"


def test_a_password_in_the_address_is_not_shown() -> None:
    """Neither of a gateway that is away nor of an address that is none."""
    for url in (f"http://me:hidden@127.0.0.1:{free_port()}", "ftp://me:hidden@host"):
        assert "hidden" not in run("sessions", "list", "--key", "wa_k", "--url", url).output


def test_no_admin_key_anywhere() -> None:
    """Neither option nor file: it says where the key is."""
    result = run("keys", "list")
    assert result.exit_code == ExitCode.REFUSED
    assert "admin-key" in result.stderr


def test_admin_key_of_the_data_folder_is_used(tmp_path: Path) -> None:
    """On one machine nobody has to copy the admin key."""
    (tmp_path / "admin-key").write_text("wadmin_x\n")
    with answering((200, {"success": True, "apiKeys": []})) as server:
        assert run("keys", "list", "--url", server.url).exit_code == ExitCode.OK
    ((_, path, headers, _),) = server.requests
    assert path == "/api/admin/apikeys"
    assert headers["X-Admin-Key"] == "wadmin_x"


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1", "http://127.0.0.1:99999"])
def test_bad_url(url: str) -> None:
    """An address that is none is a wrong command line."""
    assert run("sessions", "list", "--key", "wa_k", "--url", url).exit_code == ExitCode.USAGE


@pytest.mark.parametrize("body", [b"<html>It works!</html>", b"\xff\xfe", ["a list"], {"name": "another program"}])
def test_something_else_answers(body: object) -> None:
    """Another program on that port is not taken for a gateway."""
    with answering((200, body)) as server:
        result = run("sessions", "list", "--key", "wa_k", "--url", server.url)
    assert result.exit_code == ExitCode.GATEWAY_AWAY
    assert "not a wagate gateway" in result.stderr


@pytest.mark.parametrize(
    ("status", "code", "exit_code"),
    [
        (403, "KEY_REVOKED", ExitCode.REFUSED),
        (401, "KEY_MISSING", ExitCode.REFUSED),
        (503, "WA_DISCONNECTED", ExitCode.NOT_CONNECTED),
        (503, "WA_UNREACHABLE", ExitCode.NOT_CONNECTED),
        (504, "SEND_UNKNOWN", ExitCode.UNCONFIRMED),
        (409, "SEND_IN_FLIGHT", ExitCode.UNCONFIRMED),
        (422, "NUMBER_INVALID", ExitCode.FAILED),
        (500, "INTERNAL", ExitCode.FAILED),
    ],
)
def test_the_apis_error_is_told(status: int, code: str, exit_code: ExitCode) -> None:
    """The API's words reach the person, its fields the program, its class the exit code."""
    error = {"success": False, "code": code, "error": "What happened. What to do.", "requestId": "req_1"}
    with answering((status, error)) as server:
        told = send(server.url)
        as_json = send(server.url, "--json")
    assert (told.exit_code, as_json.exit_code) == (exit_code, exit_code)
    assert "What happened. What to do." in told.stderr
    assert told.stdout == ""
    assert json.loads(as_json.stdout) == error


def test_send_repeats_a_lost_answer_with_the_same_key() -> None:
    """The connection breaks after the send: it is asked again with the same Idempotency-Key, so it is one send."""
    with answering((0, HANG_UP), (200, SENT)) as server:
        result = send(server.url)
    assert result.exit_code == ExitCode.OK
    assert result.stdout.strip() == "msg_1"
    keys = [headers["Idempotency-Key"] for _, _, headers, _ in server.requests]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_send_that_stays_in_doubt_says_how_to_repeat_it() -> None:
    """Both answers are lost: exit code 6 and the key with which a repetition is safe."""
    with answering((0, HANG_UP)) as server:
        result = send(server.url, "--idempotency-key", "order-7", "--json")
    assert result.exit_code == ExitCode.UNCONFIRMED
    answer = json.loads(result.stdout)
    assert answer["idempotencyKey"] == "order-7"
    assert "--idempotency-key order-7" in answer["error"]


def test_send_asks_for_what_the_options_say() -> None:
    """Session, queue and wait reach the API; nothing else is in the body."""
    queued = {"success": True, "id": "msg_1", "status": "queued"}
    with answering((202, queued)) as server:
        result = send(server.url, "--session", "sales", "--queue", "--wait", "3")
    assert result.exit_code == ExitCode.OK
    assert result.stdout.strip() == "msg_1"
    ((method, path, _, body),) = server.requests
    assert (method, path) == ("POST", "/api/send-message")
    assert body == {"sessionId": "sales", "number": "628123456789", "message": "hello", "wait": 3, "queue": True}


@pytest.mark.parametrize(("given", "text"), [("two\nlines\n", "two\nlines"), ("none at the end", "none at the end")])
def test_send_reads_the_text_from_standard_input(given: str, text: str) -> None:
    """With `-`, as other programs do: what a pipe says, without the newline at its end."""
    with answering((200, SENT)) as server:
        options = ("send", "628123456789", "-", "--url", server.url, "--key", "wa_k")
        result = CliRunner().invoke(wagate, options, input=given)
    assert result.exit_code == ExitCode.OK
    body = server.requests[0][3]
    assert isinstance(body, dict)
    assert body["message"] == text


def test_send_refuses_what_is_no_text() -> None:
    """Bytes of another kind, or too many of them: nothing is asked."""
    for given, words in ((b"\xff\xfe", "UTF-8"), (b"x" * 600_000, "larger than")):
        result = CliRunner().invoke(wagate, ("send", "628123456789", "-", "--key", "wa_k"), input=given)
        assert result.exit_code != ExitCode.OK
        assert words in result.stderr
        assert "Traceback" not in result.output


def test_send_that_is_not_confirmed_is_told_apart() -> None:
    """Accepted, but not sent within --wait: exit code 6, with the id to ask for."""
    with answering((202, {"success": True, "id": "msg_1", "status": "sending"})) as server:
        result = send(server.url)
    assert result.exit_code == ExitCode.UNCONFIRMED
    assert "wagate messages show msg_1" in result.stderr


def test_names_are_quoted_in_paths() -> None:
    """A name that is none cannot reach another route."""
    with answering((400, {"success": False, "code": "BAD_SESSION_NAME", "error": "no"})) as server:
        run("sessions", "stop", "../admin/apikeys?", "--key", "wa_k", "--url", server.url)
    ((_, path, _, _),) = server.requests
    assert path == "/api/sessions/..%2Fadmin%2Fapikeys%3F/stop"
