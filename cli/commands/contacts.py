"""`wagate contacts`: whom a session knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway, quoted
from cli.gateway.session_option import session_option
from cli.inbox.shown import one_line
from cli.program.command import WagateGroup, json_option
from cli.program.exit_codes import ExitCode
from cli.program.output import finish, print_columns, print_json, say, tell

_session_option = session_option("whose contacts are meant")
_WITHIN = 30.0
"""Seconds: WhatsApp is asked."""
_SHOWN = ("number", "lid", "name", "about", "verifiedName", "pictureUrl")


@click.group(cls=WagateGroup)
def contacts() -> None:
    """See a session's contacts, who is on WhatsApp, and whom the number blocks."""


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


@contacts.command()
@click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
@click.option("--fresh", is_flag=True, help="Ask WhatsApp even if the answer is remembered.")
@_session_option
@with_gateway
@json_option
def check(numbers: tuple[str, ...], *, fresh: bool, session: str, gateway: Gateway, as_json: bool) -> None:
    """Say which numbers are on WhatsApp. The exit code is 0 only when all of them are."""
    body = {"sessionId": session, "numbers": list(numbers), "fresh": fresh}
    answer = gateway.ask("POST", "/api/check-numbers", body=body, within=_WITHIN)
    results = answer["results"]
    if as_json:
        print_json(answer)
    else:
        rows = [(each["asked"], "yes" if each["exists"] else "no", each["jid"] or "-") for each in results]
        print_columns(("NUMBER", "ON WHATSAPP", "ADDRESS"), rows)
    if not all(each["exists"] for each in results):
        sys.exit(ExitCode.FAILED)


@contacts.command()
@click.argument("number")
@_session_option
@with_gateway
@json_option
def block(number: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Block somebody: their messages and calls come no more."""
    answer = gateway.ask("POST", "/api/block-user", body={"sessionId": session, "number": number}, within=_WITHIN)
    finish(answer, answer["message"], as_json=as_json)


@contacts.command()
@click.argument("number")
@_session_option
@with_gateway
@json_option
def unblock(number: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Let somebody write and call again."""
    answer = gateway.ask("POST", "/api/unblock-user", body={"sessionId": session, "number": number}, within=_WITHIN)
    finish(answer, answer["message"], as_json=as_json)


@contacts.command()
@_session_option
@with_gateway
@json_option
def blocked(*, session: str, gateway: Gateway, as_json: bool) -> None:
    """List whom the session's number blocks."""
    answer = gateway.ask("GET", "/api/block-list", session=session)
    if as_json:
        print_json(answer)
        return
    if not answer["blocked"]:
        tell(f"'{session}' blocks nobody.")
        return
    print_columns(("NUMBER", "LID"), [(each["number"] or "-", each["lid"] or "-") for each in answer["blocked"]])


def _all_contacts(gateway: Gateway, session: str) -> Iterator[dict[str, Any]]:
    query: dict[str, str] = {}
    while True:
        page = gateway.ask("GET", "/api/contacts", session=session, query=query)
        yield from page["contacts"]
        if page["next"] is None:
            return
        query = {"after": page["next"]}
