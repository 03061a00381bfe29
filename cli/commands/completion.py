"""`wagate completion`: what makes a shell complete commands, options and names of sessions."""

from __future__ import annotations

import rich_click as click
from click.shell_completion import get_completion_class

from cli.program.command import WagateCommand
from cli.program.output import say

_PROGRAM, _VARIABLE = "wagate", "_WAGATE_COMPLETE"
"""How click is asked for what could come next; `prog_name` of `cli.main` makes the variable's name."""


@click.command(cls=WagateCommand)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that lets your shell complete commands, options and names of sessions.

    bash: put `eval "$(wagate completion bash)"` into ~/.bashrc.

    zsh: put `eval "$(wagate completion zsh)"` into ~/.zshrc, below compinit.

    fish: `wagate completion fish > ~/.config/fish/completions/wagate.fish`.

    Names of sessions are asked of the gateway, with the key in WAGATE_API_KEY. When it does not answer within half a
    second there are none.
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"The shell '{shell}' is not supported.")
    say(found(context.find_root().command, {}, _PROGRAM, _VARIABLE).source())
