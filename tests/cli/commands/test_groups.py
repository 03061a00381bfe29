"""Groups from the terminal, against a server that answers what the API would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import wagate
from cli.program.exit_codes import ExitCode
from shared.ids import new_file_id
from tests.cli.answers import answering

JID = "120363000000000001@g.us"
UPLOADED = new_file_id()
GROUP = {"jid": JID, "subject": "Toko", "size": 2, "participants": [{"number": "628", "admin": "superadmin"}]}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WAGATE_API_KEY", "wa_x")
    monkeypatch.delenv("WAGATE_URL", raising=False)


def run(*arguments: str, text: str | None = None) -> Result:
    result = CliRunner().invoke(wagate, ["groups", *arguments], input=text)
    assert "Traceback" not in result.output
    return result


def person(number: str, state: str) -> dict[str, object]:
    return {"number": number, "lid": None, "state": state}


def test_every_page_is_listed() -> None:
    """One line for each group, for the session that is named; nothing on stdout where there is none."""
    pages = [(200, {"success": True, "groups": [GROUP], "next": next_}) for next_ in (JID, None)]
    with answering(*pages) as server:
        shown = run("list", "--session", "sales", "--url", server.url)
    assert [line.split() for line in shown.stdout.splitlines()[1:]] == [[JID, "2", "Toko"]] * 2
    assert server.requests[1][1] == "/api/groups?after=120363000000000001%40g.us"
    assert server.requests[1][2]["X-Session-Id"] == "sales"
    with answering((200, {"success": True, "groups": [], "next": None})) as server:
        none = run("list", "--url", server.url)
    assert (none.exit_code, none.stdout) == (ExitCode.OK, "")


def test_a_group_is_shown_with_its_members() -> None:
    """Who is in it, and who administers it."""
    with answering((200, {"success": True, "group": GROUP})) as server:
        shown = run("show", JID, "--url", server.url)
    assert shown.stdout.splitlines()[1].split() == ["628", "-", "superadmin"]


def test_the_exit_code_says_whether_it_was_done_with_everybody() -> None:
    """Who was not added is told on stderr; the group that was made is printed all the same."""
    made = {"success": True, "groupJid": JID, "result": [person("628", "added"), person("629", "not_on_whatsapp")]}
    with answering((200, made)) as server:
        result = run("create", "Toko", "628", "629", "--url", server.url)
    assert (result.exit_code, result.stdout.splitlines()) == (ExitCode.FAILED, [JID, "628: added"])
    assert "629: not on whatsapp" in result.stderr
    assert server.requests[0][3] == {"sessionId": "default", "subject": "Toko", "participants": ["628", "629"]}
    with answering((200, {"success": True, "results": [person("628", "removed")]})) as server:
        result = run("remove", JID, "628", "--url", server.url, "--json")
    assert (result.exit_code, json.loads(result.stdout)["success"]) == (ExitCode.OK, True)
    assert server.requests[0][3]["action"] == "remove"


def test_a_link_is_printed_and_a_group_left_when_one_agrees() -> None:
    """`--revoke` makes another link; without `--yes` nothing is left in haste."""
    with answering((200, {"success": True, "inviteLink": "https://chat.whatsapp.com/x"})) as server:
        assert run("invite", JID, "--url", server.url).stdout == "https://chat.whatsapp.com/x\n"
        run("invite", JID, "--revoke", "--url", server.url)
    assert [request[0] for request in server.requests] == ["GET", "DELETE"]
    with answering((200, {"success": True, "message": "Left the group"})) as server:
        assert run("leave", JID, "--url", server.url, text="n\n").exit_code == 1
        assert server.requests == []
        assert run("leave", JID, "--yes", "--url", server.url).stdout == "Left the group\n"


def test_a_picture_is_found_and_another_one_shown() -> None:
    """Where it is; another one may be at an address, or be brought here before."""
    with answering((200, {"success": True, "url": "https://pps.whatsapp.net/x", "id": "1"})) as server:
        assert run("picture", JID, "--url", server.url).stdout == "https://pps.whatsapp.net/x\n"
    with answering((200, {"success": True, "url": None, "id": None})) as server:
        none = run("picture", JID, "--url", server.url)
    assert (none.exit_code, none.stdout) == (ExitCode.OK, "")
    shown = {"success": True, "message": "The picture is shown.", "id": "2"}
    with answering((200, shown)) as server:
        result = run("picture", JID, "https://example.com/a.png", "--session", "sales", "--url", server.url)
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "The picture is shown.\n")
    assert server.requests[0][:2] == ("PUT", "/api/groups/120363000000000001%40g.us/picture")
    assert server.requests[0][3] == {"sessionId": "sales", "imageUrl": "https://example.com/a.png"}
    with answering((200, shown)) as server:
        run("picture", JID, UPLOADED, "--url", server.url)
    assert server.requests[0][3] == {"sessionId": "default", "mediaId": UPLOADED}
