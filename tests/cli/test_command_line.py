"""Everything that can be said of `wagate` without a gateway."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cli.main import COMMANDS, wagate
from cli.program.exit_codes import ExitCode


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_summary_in_the_list_is_the_commands_own(command) -> None:
    """What `wagate --help` says without importing a command is the first sentence of the command's help."""
    real = command.load()
    assert command.name == real.name
    assert command.help == (real.help or "").split("\n\n")[0].replace("\n", " ")


def test_help_names_every_command() -> None:
    """`wagate --help` lists the commands in the order in which one needs them."""
    result = CliRunner().invoke(wagate, ["--help"])
    assert result.exit_code == 0
    rows = [re.search(rf"^\W+{command.name} ", result.output, re.MULTILINE) for command in COMMANDS]
    places = [-1 if row is None else row.start() for row in rows]
    assert -1 not in places
    assert places == sorted(places)


def test_help_imports_no_command() -> None:
    """`wagate --help` stays quick: no command is imported for it, nor what commands need."""
    code = (
        "import sys; sys.argv = ['wagate', '--help']\n"
        "from cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'httpx', 'nats', 'qrcode', 'pydantic', 'cli.commands.keys'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["send", "628"],
        ["send", "628", "text", "--wait", "61"],
        ["up", "--port", "70000"],
        ["sessions", "login"],
        ["sessions", "login", "a", "--timeout", "0"],
        ["keys", "create"],
    ],
    ids=" ".join,
)
def test_wrong_command_line_is_exit_code_2(arguments: list[str]) -> None:
    """A wrong command line is told apart from a command that failed."""
    assert CliRunner().invoke(wagate, arguments).exit_code == ExitCode.USAGE


def test_delete_asks_first() -> None:
    """A session is not deleted by a command typed in haste: without --yes one has to agree."""
    result = CliRunner().invoke(wagate, ["sessions", "delete", "sales", "--key", "wa_x"], input="n\n")
    assert result.exit_code == 1
    assert "Delete the session 'sales'" in result.stderr


def test_every_exit_code_has_a_meaning() -> None:
    """The docs can say of every exit code what it means."""
    assert all(code.meaning for code in ExitCode)
