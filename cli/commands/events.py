"""`wagate events`: what happens in the sessions of a key."""

from __future__ import annotations

import rich_click as click

from cli.events.shown import line_of
from cli.events.tailing import Tail
from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway
from cli.gateway.session_option import session_names
from cli.program.command import WagateGroup, json_option
from cli.program.output import print_json, say, tell, tell_trouble


@click.group(cls=WagateGroup)
def events() -> None:
    """Follow what happens in the sessions of a key."""


@events.command()
@click.option(
    "--after",
    default="latest",
    show_default=True,
    metavar="CURSOR",
    help="Begin after the event with this cursor ('--json' shows each event's cursor); 'latest': only new events.",
)
@click.option("--types", metavar="TYPES", help="Only these, with commas: message.received, session.*  [default: all]")
@click.option(
    "--session",
    help="Only of this session.  [default: all sessions of the key]",
    shell_complete=session_names,
)
@with_gateway
@json_option
def tail(*, after: str, types: str | None, session: str | None, gateway: Gateway, as_json: bool) -> None:
    """Show what happens, each event once, until Ctrl-C.

    It goes on by itself when the gateway was away, and leaves nothing out. With `--json` each event is one line, as in
    the API, with its `cursor`: who keeps the last one can go on there with `--after`.
    """
    following = Tail(gateway, after, types, session, tell_trouble)
    following.begin()
    tell("Following the events; Ctrl-C ends it.")
    for event in following.events():
        if as_json:
            print_json(event)
        else:
            say(line_of(event))
