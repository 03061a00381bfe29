"""Colours: at a terminal, unless its user wants none."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from cli.gateway.ports import free_port
from tests.launched import WAGATE, environment

ESCAPE = "\x1b["


def said(**settings: str) -> str:
    """What a command that fails says at a terminal."""
    ours, theirs = pty.openpty()
    command = [WAGATE, "chats", "list", "--url", f"http://127.0.0.1:{free_port()}", "--key", "wa_x"]
    own = {name: value for name, value in environment().items() if name != "NO_COLOR"}
    subprocess.run(command, env=own | settings, stdin=theirs, stdout=theirs, stderr=theirs, check=False, timeout=60)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 4096):
            text += piece
    except OSError:  # EIO: nobody has the other side any more
        pass
    os.close(ours)
    return text.decode()


def test_colours_at_a_terminal() -> None:
    """The word that matters has one; NO_COLOR with nothing in it means nothing."""
    assert ESCAPE in said(NO_COLOR="")


@pytest.mark.parametrize("word", ["1", "yes"])
def test_no_colours_where_none_are_wanted(word: str) -> None:
    """The words are the same."""
    text = said(NO_COLOR=word)
    assert ESCAPE not in text
    assert text.startswith("Error: No gateway answers")
