"""Which words of `wagate send` go together, and what they ask of the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import wagate
from cli.program.exit_codes import ExitCode
from tests.cli.answers import answering

SENT = {"success": True, "id": "msg_1", "messageId": "3EB0", "status": "sent", "sessionId": "default"}
UPLOAD = "med_01kb000000000000000000000a"


def send(*arguments: str, url: str = "http://127.0.0.1:1", given: bytes = b"") -> Result:
    result = CliRunner().invoke(
        wagate, ("send", "628123456789", *arguments, "--url", url, "--key", "wa_k"), input=given
    )
    assert "Traceback" not in result.output
    return result


@pytest.mark.parametrize(
    ("arguments", "path", "said"),
    [
        (["hi", "--reply", "3EB1"], "/api/send-message", {"message": "hi", "quotedId": "3EB1"}),
        (["--image", UPLOAD], "/api/send-image", {"mediaId": UPLOAD}),
        (
            ["Look", "--image", "https://example.com/a.jpg", "--view-once", "--reply", "3EB1"],
            "/api/send-image",
            {"caption": "Look", "imageUrl": "https://example.com/a.jpg", "viewOnce": True, "quotedId": "3EB1"},
        ),
        (
            ["--video-note", "https://example.com/a.mp4"],
            "/api/send-video-note",
            {"videoNoteUrl": "https://example.com/a.mp4"},
        ),
        (
            ["-", "--document", UPLOAD, "--file-name", "b.pdf"],
            "/api/send-document",
            {"caption": "from a pipe", "mediaId": UPLOAD, "fileName": "b.pdf"},
        ),
    ],
)
def test_what_is_asked_for(arguments: list[str], path: str, said: dict[str, object]) -> None:
    """A text, or a file with the text below it; what it answers, how it is called, whether it is seen once."""
    with answering((200, SENT)) as server:
        result = send(*arguments, url=server.url, given=b"from a pipe\n")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "msg_1\n"), result.stderr
    ((_, asked, _, body),) = server.requests
    assert asked == path
    assert body == {"sessionId": "default", "number": "628123456789", "wait": 25, **said}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to send"),
        (["--image", "a.jpg", "--voice", "b.ogg"], "one file"),
        (["hi", "--voice", "b.ogg"], "no text with --voice"),
        (["hi", "--sticker", "b.webp"], "no text with --sticker"),
        (["--document", "b.pdf", "--view-once"], "--view-once does not work with --document"),
        (["hi", "--view-once"], "need a file"),
        (["hi", "--file-name", "b.pdf"], "need a file"),
        (["-", "--document", "-"], "standard input"),
        (["--image", "not-here.jpg"], "'not-here.jpg' cannot be read"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], words: str, tmp_path: Path, monkeypatch) -> None:
    """It is a wrong command line, in words; nothing is asked of the gateway."""
    monkeypatch.chdir(tmp_path)
    result = send(*arguments)
    assert result.exit_code == ExitCode.USAGE
    assert words in result.stderr
    assert result.stdout == ""


def test_help_names_every_kind_of_file() -> None:
    """What is a file is an option of `send`, and none of it a command of `send-as`."""
    options = CliRunner().invoke(wagate, ["send", "--help"]).output
    others = CliRunner().invoke(wagate, ["send-as", "--help"]).output
    for kind in ("image", "video", "gif", "video-note", "audio", "voice", "document", "sticker"):
        assert f"--{kind}" in options
        assert CliRunner().invoke(wagate, ["send-as", kind, "--help"]).exit_code == ExitCode.USAGE
    for kind in ("location", "poll", "reaction"):
        assert kind in others


def test_send_as_takes_lists_and_objects() -> None:
    """What has several values is JSON; what is not given, or is a flag that is off, is not said."""
    with answering((200, SENT)) as server:
        options = ("--question", "Which?", "--options", '["A", "B"]', "--url", server.url, "--key", "wa_k")
        result = CliRunner().invoke(wagate, ("send-as", "poll", "628123456789", *options))
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "msg_1\n"), result.output
    ((_, path, _, body),) = server.requests
    said = {"question": "Which?", "options": ["A", "B"]}
    assert (path, body) == ("/api/send-poll", {"sessionId": "default", "number": "628123456789", "wait": 25, **said})
