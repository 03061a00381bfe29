"""`wagate keys`: who may use the gateway."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import rich_click as click

from cli.gateway.access import with_admin_gateway
from cli.gateway.api import Gateway, quoted
from cli.program.command import WagateGroup, json_option
from cli.program.output import finish, local_time, print_columns, print_json, tell

_ROUTE = "/api/admin/apikeys"


@click.group(cls=WagateGroup)
def keys() -> None:
    """Make, list, change, rotate, revoke and delete API keys."""


def limit_options(function: Callable[..., None]) -> Callable[..., None]:
    """What a key may have at most; each is a list with commas, and empty ("") for no limit."""
    for option in (
        click.option("--max-sessions", metavar="N", help="How many sessions it may have; 'none' for any number."),
        click.option(
            "--per-minute", metavar="N", help="How many requests it may make in a minute; 'none' for any number."
        ),
        click.option("--chats", metavar="LIST", help="Chats it may write to and read: numbers, JIDs of groups."),
        click.option("--addresses", metavar="LIST", help="Addresses and networks it may be used from: 10.0.0.0/8."),
        click.option("--sessions", metavar="LIST", help="Names of the sessions it may have and see."),
    ):
        function = option(function)
    return function


def _limits(given: Mapping[str, str | None]) -> dict[str, Any]:
    """What was given, as the API takes it."""
    said: dict[str, Any] = {
        name: [part.strip() for part in text.split(",") if part.strip()]
        for name in ("sessions", "addresses", "chats")
        if (text := given[name]) is not None
    }
    for name, field in (("max_sessions", "maxSessions"), ("per_minute", "requestsPerMinute")):
        most = given[name]
        if most is not None:
            if most != "none" and not most.isdecimal():
                raise click.BadParameter("write a number, or 'none'", param_hint=f"--{name.replace('_', '-')}")
            said[field] = None if most == "none" else int(most)
    return said


@keys.command()
@click.argument("name")
@limit_options
@with_admin_gateway
@json_option
def create(name: str, *, gateway: Gateway, as_json: bool, **given: str | None) -> None:
    """Make an API key and print it. It is shown this once.

    The lists have commas; docs/keys.md says what a key that is limited sees.
    """
    answer = gateway.ask_as_admin("POST", f"{_ROUTE}/generate", body={"name": name, **_limits(given)})
    finish(answer, answer["apiKey"], as_json=as_json)
    if not as_json:
        tell(f"This is the key '{answer['name']}' ({answer['id']}). Keep it safe: it is not shown again.")


@keys.command()
@click.argument("key_id", metavar="ID")
@limit_options
@with_admin_gateway
@json_option
def change(key_id: str, *, gateway: Gateway, as_json: bool, **given: str | None) -> None:
    """Change what a key may have at most. What is not given stays; an empty list ("") ends that limit."""
    limits = _limits(given)
    if not limits:
        raise click.UsageError(
            "Give at least one change: --sessions, --addresses, --chats, --max-sessions or --per-minute."
        )
    answer = gateway.ask_as_admin("PATCH", f"{_ROUTE}/{quoted(key_id)}", body=limits)
    finish(
        answer,
        f"The key '{answer['apiKey']['name']}' is changed. The change takes effect everywhere within 30 s.",
        as_json=as_json,
    )


@keys.command()
@click.argument("key_id", metavar="ID")
@click.option("--overlap", metavar="HOURS", type=click.FloatRange(0, 720), default=24, show_default=True)
@with_admin_gateway
@json_option
def rotate(key_id: str, *, overlap: float, gateway: Gateway, as_json: bool) -> None:
    """Give a key another secret and print it. It is shown this once; the one before works for some hours more."""
    body = {"overlap": round(overlap * 3600)}
    answer = gateway.ask_as_admin("POST", f"{_ROUTE}/{quoted(key_id)}/rotate", body=body)
    finish(answer, answer["apiKey"], as_json=as_json)
    if not as_json:
        tell(
            f"The key '{answer['name']}' now has this secret. The old one works until {local_time(answer['oldUntil'])}."
        )


@keys.command("list")
@with_admin_gateway
@json_option
def list_keys(*, gateway: Gateway, as_json: bool) -> None:
    """List the API keys. Only the beginning of each is kept readable."""
    answer = gateway.ask_as_admin("GET", _ROUTE)
    if as_json:
        print_json(answer)
        return
    rows = [
        (
            key["id"],
            key["name"],
            f"{key['prefix']}…",
            "active" if key["active"] else "revoked",
            local_time(key["createdAt"]),
            local_time(key["lastUsed"]),
            str(key["requestCount"]),
        )
        for key in answer["apiKeys"]
    ]
    if not rows:
        tell("There is no key yet. Make one with 'wagate keys create NAME'.")
        return
    print_columns(("ID", "NAME", "BEGINS", "STATE", "MADE", "LAST USED", "REQUESTS"), rows)


@keys.command()
@click.argument("key_id", metavar="ID")
@with_admin_gateway
@json_option
def revoke(key_id: str, *, gateway: Gateway, as_json: bool) -> None:
    """Make a key useless, by its id: see 'wagate keys list'. Its sessions stay as they are.

    The key itself does as well, but proxies on the way keep it in their logs.
    """
    answer = gateway.ask_as_admin("POST", f"{_ROUTE}/{quoted(key_id)}/revoke")
    finish(answer, answer.get("message", "The key is revoked."), as_json=as_json)


@keys.command()
@click.argument("key_id", metavar="ID")
@with_admin_gateway
@json_option
def delete(key_id: str, *, gateway: Gateway, as_json: bool) -> None:
    """Delete a key, by its id: see 'wagate keys list'.

    The key itself does as well, but proxies on the way keep it in their logs.
    """
    answer = gateway.ask_as_admin("DELETE", f"{_ROUTE}/{quoted(key_id)}")
    finish(answer, answer.get("message", "The key is deleted."), as_json=as_json)
