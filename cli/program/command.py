"""The base of every command: `--json`, and failures turned into words and exit codes in one place."""

from __future__ import annotations

from typing import Any, NoReturn

import rich_click as click

from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.output import print_json, tell

JSON_PARAMETER = "as_json"

json_option = click.option(
    "--json", JSON_PARAMETER, is_flag=True, help="Print the result, or the error, as JSON on stdout."
)


class WagateCommand(click.RichCommand):
    """A command that ends with a `Failure` rather than with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what a callback returns
        """Run it; a failure becomes words (or JSON) and its exit code."""
        try:
            return super().invoke(ctx)
        except Failure as failure:
            report(failure, as_json=bool(ctx.params.get(JSON_PARAMETER)))
            ctx.exit(failure.exit_code)
        except KeyboardInterrupt:
            _stopped(ctx)


class WagateGroup(click.RichGroup):
    """A group whose commands are `WagateCommand`s."""

    command_class = WagateCommand

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what a command returns
        """Find the command, load it and run it; Ctrl-C ends each of these alike."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _stopped(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002, D102 - click's
        return list(self.commands)  # in the order in which one needs them, not by name


def _stopped(ctx: click.Context) -> NoReturn:
    tell("Stopped.")
    ctx.exit(ExitCode.INTERRUPTED)


def report(failure: Failure, *, as_json: bool) -> None:
    """Say how a command failed."""
    if as_json:
        print_json(failure.as_json())
        return
    click.echo(click.style("Error: ", fg="red") + failure.message, err=True)
    if failure.remedy:
        tell(f"       {failure.remedy}")
