"""`wagate hosts`: the session hosts."""

from __future__ import annotations

from typing import Any

import rich_click as click

from cli.commands.draining import HOSTS, Draining
from cli.gateway.access import with_admin_gateway
from cli.gateway.api import Gateway, quoted
from cli.program.command import WagateGroup, json_option
from cli.program.output import finish, print_columns, print_json, tell


@click.group(cls=WagateGroup)
def hosts() -> None:
    """See the session hosts, and empty one before it is stopped."""


@hosts.command("list")
@with_admin_gateway
@json_option
def list_hosts(*, gateway: Gateway, as_json: bool) -> None:
    """List the session hosts and their shards, and how many sessions each holds and could take."""
    answer = gateway.ask_as_admin("GET", HOSTS)
    if as_json:
        print_json(answer)
        return
    rows = [
        (host["host"], shard["id"], _state(shard), str(shard["held"]), str(shard["room"]), shard.get("version", "-"))
        for host in answer["hosts"]
        for shard in host["shards"]
    ]
    if not rows:
        tell("No session host runs. 'wagate doctor' looks for the cause.")
        return
    print_columns(("HOST", "SHARD", "STATE", "HELD", "ROOM", "VERSION"), rows)


@hosts.command()
@click.argument("host")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait until it holds no session.",
)
@with_admin_gateway
@json_option
def drain(host: str, *, timeout: float, gateway: Gateway, as_json: bool) -> None:
    """Have a session host give its sessions to others, and wait until it holds none: then it can be stopped.

    Ctrl-C stops the watching only.
    """
    gateway.ask_as_admin("POST", f"{HOSTS}/{quoted(host)}/drain")
    shown: dict[str, Any] = {}
    for shown in Draining(gateway, host, timeout).steps():
        tell(f"{host} holds {shown['held']} session(s).")
    words = f"{host} is empty." if shown["alive"] else f"{host} has ended; other hosts take what it held."
    finish({"success": True, "host": shown}, words, as_json=as_json)


@hosts.command()
@click.argument("host")
@with_admin_gateway
@json_option
def undrain(host: str, *, gateway: Gateway, as_json: bool) -> None:
    """Have a session host take sessions again."""
    answer = gateway.ask_as_admin("POST", f"{HOSTS}/{quoted(host)}/undrain")
    finish(answer, f"{host} takes sessions again.", as_json=as_json)


@hosts.command()
@click.argument("host")
@with_admin_gateway
@json_option
def forget(host: str, *, gateway: Gateway, as_json: bool) -> None:
    """Say that a host that is gone will not come back, nor its disk: what its journals have is given up."""
    answer = gateway.ask_as_admin("POST", f"{HOSTS}/{quoted(host)}/forget")
    finish(answer, f"{host} is forgotten.", as_json=as_json)


def _state(shard: dict[str, Any]) -> str:
    if "leftSince" in shard:
        return f"gone with {shard['waiting']} event(s)"
    if shard["dead"]:
        return "dead"
    return "draining" if shard["draining"] else "alive"
