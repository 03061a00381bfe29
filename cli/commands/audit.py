"""`wagate audit`: who changed what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import rich_click as click

from cli.gateway.access import with_admin_gateway
from cli.gateway.api import Gateway
from cli.program.command import json_option
from cli.program.output import local_time, print_columns, print_json, tell

_ROUTE = "/api/admin/audit"
_PAGE = 1000
_COLUMNS = ("WHEN", "WHO", "WHAT", "ABOUT", "FROM", "OUTCOME")


@click.command()
@click.option("--key-id", metavar="ID", help="Only what concerns this key: see 'wagate keys list'.")
@click.option("--limit", metavar="N", type=click.IntRange(1, _PAGE), default=50, show_default=True)
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="All entries of the last 90 days, one JSON object on each line, to store them.",
)
@with_admin_gateway
@json_option
def audit(key_id: str | None, limit: int, *, everything: bool, gateway: Gateway, as_json: bool) -> None:
    """Show who changed sessions, keys, webhooks and settings, when and from where, the newest first."""
    query = {} if key_id is None else {"keyId": key_id}
    if everything:
        for entry in _all(gateway, query):
            print_json(entry)
        return
    answer = gateway.ask_as_admin("GET", f"{_ROUTE}?{urlencode(query | {'limit': limit})}")
    if as_json:
        print_json(answer)
        return
    if not answer["entries"]:
        tell("Nobody changed anything in the last 90 days.")
        return
    print_columns(_COLUMNS, [_row(entry) for entry in answer["entries"]])
    if answer["next"]:
        tell("There is more: 'wagate audit --all' gives everything.")


def _all(gateway: Gateway, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    before: str | None = None
    while True:
        more = {} if before is None else {"before": before}
        answer = gateway.ask_as_admin("GET", f"{_ROUTE}?{urlencode(query | more | {'limit': _PAGE})}")
        yield from answer["entries"]
        before = answer["next"]
        if before is None:
            return


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    status = entry["status"]
    outcome = "unknown" if status is None else entry["code"] or str(status)
    about = " ".join(entry["about"].values())
    return local_time(entry["at"]), entry["prefix"] or entry["by"], entry["action"], about, entry["address"], outcome
