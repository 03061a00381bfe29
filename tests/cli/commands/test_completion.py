"""Tab, in real shells."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from cli.gateway.ports import free_port
from cli.program.exit_codes import ExitCode
from tests.cli.answers import answering
from tests.cli.processes import until
from tests.launched import WAGATE, Launched, environment, wagate

WITHIN, EVERY = 60.0, 2.0
"""Seconds; on a machine that is busy a name may come later than it is waited for: then Tab is pressed once more."""
SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"], "fish": ["fish", "--no-config"]}
SOURCES = {
    "bash": 'eval "$(wagate completion bash)"',
    "zsh": 'autoload -Uz compinit && compinit -u && eval "$(wagate completion zsh)"',
    "fish": "wagate completion fish | source",
}


def with_path(**more: str) -> dict[str, str]:
    """An environment in which a shell finds `wagate`."""
    own = environment(**more)
    return own | {"PATH": f"{Path(WAGATE).parent}:{own['PATH']}", "TERM": "dumb"}


class Terminal:
    """A shell at a terminal of its own."""

    def __init__(self, shell: str, **settings: str) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            SHELLS[shell],
            env=with_path(**settings),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=lambda: os.login_tty(theirs),  # noqa: PLW1509 - no thread of ours holds a lock that it needs
        )
        os.close(theirs)
        self._seen = ""
        self.type(SOURCES[shell] + "; echo rea''dy\n")
        self.sees("ready")

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def sees(self, text: str, again: str = "") -> None:
        """Wait until this is on the screen, typing something again now and then; what came before it is forgotten."""
        deadline = time.monotonic() + WITHIN
        while text not in self._seen:
            assert time.monotonic() < deadline, self._seen
            if select.select([self._ours], [], [], EVERY)[0]:
                self._seen += os.read(self._ours, 4096).decode(errors="replace")
            elif again:
                self.type(again)
        self._seen = self._seen.partition(text)[2]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_commands_options_and_sessions(shell: str) -> None:
    """A command of `wagate`, one of a group, an option, and a session's name as the gateway says it."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    with answering((200, {"success": True, "sessions": [{"sessionId": "sales"}, {"sessionId": "tickets"}]})) as server:
        terminal = Terminal(shell, WAGATE_URL=server.url, WAGATE_API_KEY="wa_x")
        try:
            terminal.type("wagate sess\t")
            terminal.sees("ions")
            terminal.type("li\t")
            terminal.sees("st")
            terminal.type("--js\t")
            terminal.sees("on")
            terminal.type("\x15wagate chats list --session ti\t")
            terminal.sees("ckets", again="\t")
        finally:
            terminal.end()


def completed(*words: str, **settings: str) -> list[str]:
    """What the last word may become, as click is asked by bash."""
    asked = {"_WAGATE_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [WAGATE], env=with_path(**asked, **settings), capture_output=True, text=True, timeout=WITHIN,
        check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.split()]


def test_names_of_sessions_are_those_of_the_key(gateway: Launched) -> None:
    """Behind --session and as an argument, of a gateway on the data folder too."""
    key = json.loads(gateway.wagate("keys", "create", "tab", "--json").stdout)["apiKey"]
    for name in ("shop", "sales"):
        gateway.wagate("sessions", "start", name, "--key", key)
    settings = {"WAGATE_DATA_DIR": str(gateway.data), "WAGATE_API_KEY": key}
    until(lambda: completed("wagate", "sessions", "status", "s", **settings) == ["sales", "shop"], WITHIN)
    until(lambda: completed("wagate", "chats", "list", "--session", "sh", **settings) == ["shop"], WITHIN)
    for name in ("shop", "sales"):
        gateway.wagate("sessions", "delete", name, "--yes", "--key", key)


def test_a_gateway_that_says_nothing_is_not_waited_for() -> None:
    """No name, no words, no time: when it is away, when it hangs, when there is no key."""
    assert completed("wagate", "sessions", "status", "", WAGATE_URL=f"http://127.0.0.1:{free_port()}") == []
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        settings = {"WAGATE_URL": f"http://127.0.0.1:{hanging.getsockname()[1]}", "WAGATE_API_KEY": "wa_x"}
        assert completed("wagate", "sessions", "status", "", **settings) == []
    with answering((200, {"success": True})) as server:
        settings["WAGATE_URL"] = server.url
        assert completed("wagate", "sessions", "status", "", **settings) == []


def test_a_shell_that_is_unknown_is_refused() -> None:
    """With those that are known."""
    done = wagate("completion", "csh")
    assert done.returncode == ExitCode.USAGE
    assert "fish" in done.stderr
