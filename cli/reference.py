"""The part of `docs/cli.md` that is made from the commands themselves: `python -m cli.reference docs/cli.md`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import rich_click as click

from cli.commands.send_as import any_kind, send_as
from cli.main import wagate
from cli.program.deferred import DeferredCommand
from cli.program.exit_codes import ExitCode

BEGIN, END = "<!-- made by `python -m cli.reference docs/cli.md` -->\n", "<!-- end -->\n"


def reference() -> str:
    """Every exit code and every command with its arguments and options, as Markdown."""
    codes = [f"| {code.value} | {code.meaning} |" for code in ExitCode]
    parts = ["## Exit codes", "", "| code | meaning |", "|---|---|", *codes, ""]
    for path, command in _commands("wagate", wagate):
        parts += _section(path, command)
    return "\n".join(parts)


def updated(page: str) -> str:
    """The page with its generated part made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{reference()}{END}{after}"


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, DeferredCommand):
        command = command.load()
    if command is send_as:
        yield path, any_kind  # each kind's own options are the fields of its route, in docs/http-api.md
    elif isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _commands(f"{path} {name}", child)
    else:
        yield path, command


def _section(path: str, command: click.Command) -> list[str]:
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    usage = " ".join([path, *(_shown(argument) for argument in arguments), "[OPTIONS]"])
    rows = [f"| {_names(option)} | {_help(option)} |" for option in options]
    words = inspect.cleandoc(command.help or "")
    return [f"## {path}", "", f"    {usage}", "", words, "", "| option | |", "|---|---|", *rows, ""]


def _shown(argument: click.Argument) -> str:
    return argument.metavar or (argument.name or "").upper()


def _names(option: click.Option) -> str:
    value = "" if option.is_flag else f" {option.metavar or option.type.name.removesuffix(' range').upper()}"
    return f"`{', '.join(option.opts)}{value}`"


def _help(option: click.Option) -> str:
    words = [option.help or ""]
    if option.show_default:
        words.append(f"Default: `{option.default}`.")
    if option.envvar:
        words.append(f"Environment: `{option.envvar}`.")
    return " ".join(words).replace("|", "\\|")


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(updated(page.read_text()))
