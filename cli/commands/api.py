"""`wagate api`: any route of the API, for what no command of its own does."""

from __future__ import annotations

import json
from typing import Any

import rich_click as click

from cli.gateway.access import with_both_keys
from cli.gateway.api import Gateway
from cli.program.command import WagateCommand, json_option
from cli.program.fields import body_of
from cli.program.output import print_json, say

_PREFIX = "/api/"
_ADMIN = "/api/admin/"
_WITHIN = 75.0
"""Seconds: a send waits up to 60 for WhatsApp."""
_JSON = {"Accept": "application/json"}
"""Some routes answer with a file or a picture where nothing else is wanted."""
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@click.command(cls=WagateCommand)
@click.argument("method", type=click.Choice(_METHODS, case_sensitive=False), metavar="METHOD")
@click.argument("path")
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@with_both_keys
@json_option
def api(method: str, path: str, *, fields: tuple[str, ...], gateway: Gateway, as_json: bool) -> None:
    """Call any route of the API, and print its answer.

    For example: `wagate api POST send-typing sessionId=sales number=628222222222`.

    METHOD is GET, POST, PUT, PATCH or DELETE. PATH is a route of docs/http-api.md; /api in front may be left out.

    Fields go into the body, with GET into the query. A dot leads into an object: `ignore.groups=true`. Numbers, lists,
    true and false are written as in JSON; a field without a value is null. /api/admin is asked with the admin key.
    """
    route = path if path.startswith(_PREFIX) else _PREFIX + path.lstrip("/")
    given: dict[str, Any] = body_of(fields, "number=628222222222")
    if route.startswith(_ADMIN):
        answer = gateway.ask_as_admin(method, route, body=given or None, within=_WITHIN)
    elif method == "GET":
        query = {name: _text(value) for name, value in given.items()}
        answer = gateway.ask(method, route, query=query, headers=_JSON, within=_WITHIN)
    else:
        answer = gateway.ask(method, route, body=given or None, headers=_JSON, within=_WITHIN)
    if as_json:
        print_json(answer)
    else:
        say(json.dumps(answer, indent=2, ensure_ascii=False))


def _text(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return value if isinstance(value, str) else json.dumps(value)
