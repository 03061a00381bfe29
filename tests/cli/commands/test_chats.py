"""Chats and contacts from the terminal, against a server that answers what the API would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.gateway.api import Access, Gateway
from cli.inbox.following import Following
from cli.main import wagate
from cli.program.exit_codes import ExitCode
from tests.cli.answers import answering

SAID = {
    "id": "3EB0", "chat": "628@s.whatsapp.net", "from": "628", "fromLid": None, "fromMe": False, "timestamp": 1,
    "type": "text", "message": "halo\x1b[31m", "pushName": "Ani",
}  # fmt: skip
CHAT = {
    "chat": SAID["chat"], "kind": "person", "number": "628", "lid": None, "name": "Ani", "unread": 2,
    "lastMessage": SAID, "lastActivity": 1_000,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WAGATE_API_KEY", "wa_x")
    monkeypatch.delenv("WAGATE_URL", raising=False)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(wagate, [*arguments])
    assert "Traceback" not in result.output
    return result


def test_chats_are_listed_with_their_last_message() -> None:
    """And where the rest is; what strangers wrote does not steer the terminal."""
    with answering((200, {"success": True, "chats": [CHAT], "next": "7-x"})) as server:
        shown = run("chats", "list", "--search", "an i", "--session", "sales", "--url", server.url)
    assert shown.stdout.splitlines()[1].split()[2:] == ["628", "2", "Ani", "halo[31m"]
    assert "--after 7-x" in shown.stderr
    assert "search=an" in server.requests[0][1]
    with answering((200, {"success": True, "chats": [], "next": None})) as server:
        none = run("chats", "list", "--url", server.url)
    assert (none.exit_code, none.stdout) == (ExitCode.OK, "")


def test_a_chat_is_shown_the_newest_last() -> None:
    """As JSON it is what the API says."""
    ours = {**SAID, "id": "3EB1", "fromMe": True, "message": "juga"}
    page = {"success": True, "messages": [ours, SAID], "next": None}
    with answering((200, page), (200, page)) as server:
        shown = run("chats", "show", "628", "--url", server.url)
        as_json = run("chats", "show", "628", "--url", server.url, "--json")
    assert [line.split()[3] for line in shown.stdout.splitlines()[1:]] == ["Ani", "me"]
    assert json.loads(as_json.stdout) == page
    assert server.requests[0][1].startswith("/api/chats/628/messages")


def test_a_message_of_ours_is_followed_once() -> None:
    """Although its id is another one when WhatsApp has it."""
    waits = {**SAID, "id": "msg_1", "fromMe": True, "sent": {"id": "msg_1", "status": "queued"}}
    sent = {**waits, "id": "3EB1", "sent": {"id": "msg_1", "status": "sent"}}
    pages = [[SAID], [waits, SAID], [sent, SAID], [{**SAID, "id": "3EB2"}, sent, SAID]]
    with answering(*((200, {"success": True, "messages": each, "next": None}) for each in pages)) as server:
        following = Following(
            Gateway(Access(server.url, api_key="wa_x")), "default", lambda _: None, "628", lambda _: None
        )
        following.begin()
        came = following.messages()
        assert [next(came)["id"], next(came)["id"]] == ["msg_1", "3EB2"]


def test_contacts_are_listed_and_shown() -> None:
    """All pages of them; and one, as far as it is known."""
    ani = {"number": "628", "lid": "9@lid", "name": "Ani", "names": {}}
    pages = [(200, {"success": True, "contacts": [ani], "next": next_}) for next_ in ("628@s.whatsapp.net", None)]
    with answering(*pages) as server:
        listed = run("contacts", "list", "--url", server.url)
    assert [line.split() for line in listed.stdout.splitlines()[1:]] == [["628", "9@lid", "Ani"]] * 2
    person = {"success": True, "exists": True, "number": "628", "lid": None, "name": "Ani", "about": "at the sea"}
    with answering((200, person)) as server:
        shown = run("contacts", "show", "628", "--url", server.url)
    assert [line.split(maxsplit=1) for line in shown.stdout.splitlines()] == [
        ["number", "628"], ["name", "Ani"], ["about", "at the sea"],
    ]  # fmt: skip
