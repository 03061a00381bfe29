"""`wagate contacts`: whom a session knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway, quoted
from cli.inbox.shown import one_line
from cli.program.command import WagateGroup, json_option
from cli.program.output import print_columns, print_json, say, tell
from shared.ids import DEFAULT_SESSION

_session_option = click.option(
    "--session", default=DEFAULT_SESSION, show_default=True, help="The session (WhatsApp number) that is asked."
)
_SHOWN = ("number", "lid", "name", "about", "verifiedName", "pictureUrl")


@click.group(cls=WagateGroup)
def contacts() -> None:
    """See whom a session knows."""


@contacts.command("list")
@_session_option
@with_gateway
@json_option
def list_contacts(*, session: str, gateway: Gateway, as_json: bool) -> None:
    """List whom a session knows: the contacts of its phone, and who wrote to it. WhatsApp is not asked."""
    found = list(_all_contacts(gateway, session))
    if as_json:
        print_json({"success": True, "contacts": found})
        return
    if not found:
        tell(f"'{session}' knows nobody yet.")
        return
    rows = [(each["number"] or "-", each["lid"] or "-", one_line(each["name"] or "-")) for each in found]
    print_columns(("NUMBER", "LID", "NAME"), rows)


@contacts.command()
@click.argument("number")
@_session_option
@with_gateway
@json_option
def show(number: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Show somebody by number or LID, as WhatsApp shows them to this session."""
    answer = gateway.ask("GET", f"/api/contacts/{quoted(number)}", session=session)
    if as_json:
        print_json(answer)
        return
    if not answer["exists"]:
        tell(f"'{number}' is not on WhatsApp.")
        return
    for name in _SHOWN:
        if answer.get(name):
            say(f"{name:<12} {one_line(answer[name])}")


def _all_contacts(gateway: Gateway, session: str) -> Iterator[dict[str, Any]]:
    query: dict[str, str] = {}
    while True:
        page = gateway.ask("GET", "/api/contacts", session=session, query=query)
        yield from page["contacts"]
        if page["next"] is None:
            return
        query = {"after": page["next"]}
