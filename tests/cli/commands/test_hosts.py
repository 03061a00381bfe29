"""Session hosts from the terminal, against a server that answers what the API would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.commands.draining import Draining
from cli.gateway.api import Access, Gateway
from cli.main import wagate
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from tests.cli.answers import answering

DONE = {"success": True, "message": "done"}
UNKNOWN = {"success": False, "code": "HOST_NOT_FOUND", "error": "There is no such host."}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("WAGATE_URL", "WAGATE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WAGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WAGATE_ADMIN_KEY", "wadmin_x")


class Clock:
    """A clock that moves when somebody waits."""

    now = 100.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(wagate, arguments)
    assert "Traceback" not in result.output
    return result


def host(held: int, *, draining: bool = True, alive: bool = True) -> dict[str, Any]:
    shard = {"id": "host_a-0", "held": held, "room": 9, "draining": draining, "dead": not alive, "version": "1.4.0"}
    return {"host": "host_a", "draining": draining, "alive": alive, "held": held, "room": 9, "shards": [shard]}


def listed(*hosts: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"success": True, "hosts": list(hosts)}


def drained(*answers: tuple[int, object], within: float = 60) -> list[int]:
    """How many sessions each step of a drain showed."""
    clock = Clock()
    with answering(*answers) as server:
        gateway = Gateway(Access(server.url, admin_key="wadmin_x"))
        return [step["held"] for step in Draining(gateway, "host_a", within, clock, clock.wait).steps()]


def test_hosts_are_listed_by_shard() -> None:
    """One line for each shard, with the id that `--to` takes; with --json the API's answer."""
    with answering(listed(host(3))) as server:
        shown = run("hosts", "list", "--url", server.url)
        as_json = run("hosts", "list", "--url", server.url, "--json")
    assert shown.exit_code == ExitCode.OK
    assert shown.stdout.splitlines()[1].split() == ["host_a", "host_a-0", "draining", "3", "9", "1.4.0"]
    assert json.loads(as_json.stdout)["hosts"] == [host(3)]


def test_a_host_that_is_gone_with_its_journal_is_listed_and_forgotten() -> None:
    """With how much waited there; one request has it forgotten."""
    gone = host(0, alive=False)
    gone["shards"][0] |= {"waiting": 7, "leftSince": "2026-11-29T12:00:00.000Z"}
    with answering(listed(gone), (200, DONE)) as server:
        shown = run("hosts", "list", "--url", server.url)
        assert run("hosts", "forget", "host_a", "--url", server.url).exit_code == ExitCode.OK
    assert "gone with 7 event(s)" in shown.stdout
    assert server.requests[1][:2] == ("POST", "/api/admin/hosts/host_a/forget")


def test_no_host_runs() -> None:
    """It says so, and what looks for the cause."""
    with answering(listed()) as server:
        shown = run("hosts", "list", "--url", server.url)
    assert (shown.exit_code, shown.stdout) == (ExitCode.OK, "")
    assert "wagate doctor" in shown.stderr


def test_a_drain_tells_how_it_goes() -> None:
    """Progress on stderr, the emptied host on stdout."""
    with answering((200, DONE), listed(host(2)), listed(host(1)), listed(host(0))) as server:
        result = run("hosts", "drain", "host_a", "--url", server.url, "--json")
    assert result.exit_code == ExitCode.OK
    assert json.loads(result.stdout) == {"success": True, "host": host(0)}
    assert result.stderr.splitlines()[:2] == ["host_a holds 2 session(s).", "host_a holds 1 session(s)."]
    assert server.requests[0][:2] == ("POST", "/api/admin/hosts/host_a/drain")


def test_a_host_is_empty_once_its_shards_have_said_so_again() -> None:
    """A lease that says 0 right after the order may have been written before a session was taken."""
    assert drained(listed(host(0)), listed(host(2)), listed(host(2)), listed(host(0))) == [0, 2, 0]


def test_a_host_that_ended_while_it_drained() -> None:
    """It is no longer listed, or dead: others take what it held."""
    assert drained(listed(host(2)), listed()) == [2, 0]
    assert drained(listed(host(2)), listed(host(0, alive=False))) == [2, 0]


def test_a_drain_that_takes_too_long_or_was_ended() -> None:
    """A failure with the host as it is; the draining itself goes on."""
    with pytest.raises(Failure) as late:
        drained(listed(host(2)), within=5)
    assert (late.value.code, late.value.details["host"]["held"]) == ("DRAIN_TIMEOUT", 2)
    with pytest.raises(Failure) as ended:
        drained(listed(host(2)), listed(host(2, draining=False)))
    assert ended.value.code == "DRAIN_ENDED"


def test_an_unknown_host_cannot_drain() -> None:
    """The API's words, and nothing is waited for."""
    with answering((404, UNKNOWN)) as server:
        result = run("hosts", "drain", "host_x", "--url", server.url)
    assert (result.exit_code, len(server.requests)) == (ExitCode.FAILED, 1)
    assert "no such host" in result.stderr


def test_a_host_takes_sessions_again() -> None:
    """`undrain` is one request."""
    with answering((200, {"success": True, "host": host(0, draining=False)})) as server:
        result = run("hosts", "undrain", "host_a", "--url", server.url)
    assert result.exit_code == ExitCode.OK
    assert server.requests[0][:2] == ("POST", "/api/admin/hosts/host_a/undrain")


def test_a_session_is_moved() -> None:
    """Of the only key there is, or of the one that is named, to any shard or to the one that is named."""
    with answering((200, {"success": True, "apiKeys": [{"id": "key_1"}]}), (200, DONE)) as server:
        assert run("sessions", "move", "sales", "--url", server.url).exit_code == ExitCode.OK
        named = run("sessions", "move", "sales", "--key-id", "key_2", "--to", "host_a-0", "--url", server.url)
    assert named.exit_code == ExitCode.OK
    assert [(path, body) for _, path, _, body in server.requests] == [
        ("/api/admin/apikeys", None),
        ("/api/admin/sessions/key_1/sales/move", None),
        ("/api/admin/sessions/key_2/sales/move", {"to": "host_a-0"}),
    ]


def test_a_session_of_several_keys_needs_the_key() -> None:
    """Two keys may use one name."""
    with answering((200, {"success": True, "apiKeys": [{"id": "key_1"}, {"id": "key_2"}]})) as server:
        result = run("sessions", "move", "sales", "--url", server.url)
    assert result.exit_code == ExitCode.USAGE
    assert "--key-id" in result.stderr
