"""`wagate keys`: who may use the gateway."""

from __future__ import annotations

import rich_click as click

from cli.gateway.access import with_admin_gateway
from cli.gateway.api import Gateway, quoted
from cli.program.command import WagateGroup, json_option
from cli.program.output import finish, local_time, print_columns, print_json, tell

_ROUTE = "/api/admin/apikeys"


@click.group(cls=WagateGroup)
def keys() -> None:
    """Make, list, revoke and delete API keys."""


@keys.command()
@click.argument("name")
@with_admin_gateway
@json_option
def create(name: str, *, gateway: Gateway, as_json: bool) -> None:
    """Make an API key and print it. It is shown this once."""
    answer = gateway.ask_as_admin("POST", f"{_ROUTE}/generate", body={"name": name})
    finish(answer, answer["apiKey"], as_json=as_json)
    if not as_json:
        tell(f"This is the key '{answer['name']}' ({answer['id']}). Keep it safe: it is not shown again.")


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
