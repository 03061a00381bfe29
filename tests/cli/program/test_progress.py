"""Bars of progress: for a person at a terminal, and for nobody else."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.answers import answering
from tests.launched import WAGATE, environment

LARGE = 3 << 20
KEPT = {"success": True, "file": {"id": "med_1"}, "upload": {"url": "/api/upload/t", "headers": {}}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One that takes a while."""
    (tmp_path / "film.mp4").write_bytes(bytes(LARGE))
    return tmp_path / "film.mp4"


def uploaded(file: Path, *options: str, at_terminal: bool) -> tuple[str, str]:
    """What an upload says on stdout, and on stderr, which is a terminal or a pipe."""
    ours, theirs = pty.openpty()
    with answering((200, KEPT), (200, {"success": True})) as server:
        settings = environment(WAGATE_URL=server.url, WAGATE_API_KEY="wa_x")
        command = [WAGATE, "media", "upload", str(file), *options]
        process = subprocess.Popen(
            command, env=settings, stdout=subprocess.PIPE, stderr=theirs if at_terminal else subprocess.PIPE
        )
        os.close(theirs)
        said = b""
        if at_terminal:
            while piece := _read(ours):
                said += piece
        stdout, stderr = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0, (stdout, said, stderr)
    return stdout.decode(), (said or stderr or b"").decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # EIO: the last one who had the other side closed it
        return b""


def test_a_bar_at_a_terminal(file: Path) -> None:
    """On stderr, to its end; the result alone is on stdout."""
    stdout, stderr = uploaded(file, at_terminal=True)
    assert stdout == "med_1\n"
    assert "Uploading" in stderr
    assert "100%" in stderr


def test_none_in_a_pipe(file: Path) -> None:
    """What is said there may be read by a program."""
    assert "Uploading" not in uploaded(file, at_terminal=False)[1]


def test_none_with_json(file: Path) -> None:
    """At a terminal either."""
    stdout, stderr = uploaded(file, "--json", at_terminal=True)
    assert (stdout, stderr) == ('{"success":true,"file":{"id":"med_1"}}\n', "")
