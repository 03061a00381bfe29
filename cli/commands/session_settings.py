"""`wagate sessions settings`: what was chosen for a session, and choosing something else."""

from __future__ import annotations

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway, quoted
from cli.program.command import WagateCommand, json_option
from cli.program.fields import body_of, lines_of
from cli.program.output import finish, print_columns, print_json, tell

_WITHIN = 15.0
"""Seconds: a session may have to connect anew."""


@click.command("settings", cls=WagateCommand)
@click.argument("name")
@click.argument("changes", nargs=-1, metavar="[SETTING=VALUE]...")
@with_gateway
@json_option
def session_settings(name: str, *, changes: tuple[str, ...], gateway: Gateway, as_json: bool) -> None:
    """Show the settings of a session, or change some of them.

    `wagate sessions settings sales ignore.groups=true proxy=` has it ignore groups, and use no proxy of its own. A
    setting without a value is set back to what it was at first. Numbers, lists, true and false are written as in JSON.
    docs/session-settings.md has all settings.
    """
    path = f"/api/sessions/{quoted(name)}/settings"
    if not changes:
        answer = gateway.ask("GET", path)
        if as_json:
            print_json(answer)
        else:
            print_columns(("SETTING", "VALUE"), list(lines_of(answer["settings"])))
        return
    answer = gateway.ask("PATCH", path, body=body_of(changes, "ignore.groups=true"), within=_WITHIN)
    finish(answer, f"The settings of '{name}' were changed.", as_json=as_json)
    if not answer["applied"] and not as_json:
        tell(
            "Its host did not answer. The settings take effect in some seconds, or when the host is as new as "
            "the gateway."
        )
