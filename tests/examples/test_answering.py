"""The examples that answer are run as a newcomer runs them, and written to."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.examples.programs import LANGUAGES, command
from tests.examples.talking import Number, until
from tests.session_host.media.inputs import picture


def hears_ctrl_c() -> None:
    """Programs that are started in the background ignore it, and what they start does too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def running(typed: list[str], folder: Path, settings: dict[str, str]) -> Generator[subprocess.Popen[str]]:
    """The example, once it waits for messages; ended as a person does."""
    with (folder / "words").open("w") as words:
        program = subprocess.Popen(
            typed,
            cwd=folder,
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
            start_new_session=True,
            preexec_fn=hears_ctrl_c,  # noqa: PLW1509 - no thread of ours holds a lock that it needs
        )
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "waiting for messages\n", (folder / "words").read_text()
        yield program
    finally:
        try:
            end(program)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)


def end(program: subprocess.Popen[str]) -> None:
    """Press Ctrl-C, and again when nothing came of it: bash loses one that comes just as a command of its ends."""
    for _ in range(20):
        os.killpg(program.pid, signal.SIGINT)  # a terminal tells all of them
        with suppress(subprocess.TimeoutExpired):
            program.communicate(timeout=2)
            return
    pytest.fail("it does not end by Ctrl-C")


def reactions(number: Number, contact: str, id_: str) -> list[str]:
    """The emojis that a contact has at one of its messages."""
    theirs = number.told(f"/contacts/{contact}/messages?all")["messages"]
    return [each["emoji"] for message in theirs if message["id"] == id_ for each in message.get("reactions", ())]


@pytest.mark.parametrize(("language", "contact"), [(each, f"6283000{at}") for at, each in enumerate(LANGUAGES)])
def test_who_writes_is_answered(language: str, contact: str, number: Number, tmp_path: Path) -> None:
    """A picture is kept, reacted to and answered with a quote; a text with a poll, a vote with what was chosen."""
    typed = command(language, "answering")
    number.control("/contacts", number=contact)
    picture().save(tmp_path / "sent.jpg")
    content = (tmp_path / "sent.jpg").read_bytes()
    say = f"/contacts/{contact}"
    number.hears(contact, "what was there before")

    with running(typed, tmp_path, number.settings) as program:
        inside = base64.b64encode(content).decode()
        sent = number.control(f"{say}/send", to=number.digits, type="image", base64=inside, mimetype="image/jpeg")
        assert program.stdout is not None
        word, name, by, who = program.stdout.readline().split()
        assert (word, by, who) == ("picture", "from", contact)
        assert (tmp_path / name).read_bytes() == content
        assert name.endswith(".jpg")
        (reply,) = number.got(contact, lambda message: message["text"] == "Got it, thank you!")
        assert reply["quoted"]["id"] == sent["id"]
        until(lambda: reactions(number, contact, sent["id"]) == ["👍"])

        asked = number.control(f"{say}/send", to=number.digits, text="Where is my parcel?")
        (poll,) = number.got(contact, lambda message: message["type"] == "poll")
        assert poll["poll"]["options"] == ["My order", "Something else"]
        vote = number.control(f"{say}/vote", messageId=poll["id"], options=["My order"])
        number.got(contact, lambda message: message["text"] == "You chose: My order")

        wanted = {sent["id"], asked["id"], vote["id"]}
        until(lambda: wanted <= read(number, contact))

    texts = [message["text"] for message in number.told(f"{say}/messages")["messages"] if message["type"] == "text"]
    assert texts == ["Got it, thank you!", "You chose: My order"]


def read(number: Number, contact: str) -> set[str]:
    """The messages of a contact that it was told were read."""
    receipts = number.told(f"/contacts/{contact}/receipts")["receipts"]
    return {id_ for receipt in receipts if receipt["state"] == "read" for id_ in receipt["messageIds"]}
