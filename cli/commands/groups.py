"""`wagate groups`: the groups that a session is in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway, quoted
from cli.gateway.session_option import session_option
from cli.gateway.uploading import source
from cli.program.command import WagateGroup, json_option
from cli.program.exit_codes import ExitCode
from cli.program.output import finish, print_columns, print_json, say, suggest, tell

_WITHIN = 30.0
"""Seconds: people are looked up, and invitations sent."""
_DONE = {"added", "removed", "promoted", "demoted", "already"}
_session_option = session_option("that is in the group")


@click.group(cls=WagateGroup)
def groups() -> None:
    """See the groups of a session, make one, and manage its members."""


@groups.command("list")
@_session_option
@with_gateway
@json_option
def list_groups(*, session: str, gateway: Gateway, as_json: bool) -> None:
    """List the groups that a session is in."""
    found = list(_all_groups(gateway, session))
    if as_json:
        print_json({"success": True, "groups": found})
        return
    if not found:
        tell(f"'{session}' is in no group. Make one with 'wagate groups create NAME NUMBER ...'.")
        return
    print_columns(("GROUP", "MEMBERS", "NAME"), [(each["jid"], str(each["size"]), each["subject"]) for each in found])


@groups.command()
@click.argument("group")
@_session_option
@with_gateway
@json_option
def show(group: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Show a group and who is in it."""
    answer = gateway.ask("GET", f"/api/groups/{quoted(group)}", session=session)
    if as_json:
        print_json(answer)
        return
    shown = answer["group"]
    tell(f"{shown['subject']}{': ' + shown['description'] if shown.get('description') else ''}")
    rows = [(who.get("number", "-"), who.get("lid", "-"), who["admin"] or "") for who in shown["participants"]]
    print_columns(("NUMBER", "LID", "ADMIN"), rows)


@groups.command()
@click.argument("name")
@click.argument("numbers", metavar="[NUMBER]...", nargs=-1)
@_session_option
@with_gateway
@json_option
def create(name: str, numbers: tuple[str, ...], *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Make a group and print its address. The exit code is 0 only when everybody is in it."""
    body = {"sessionId": session, "subject": name, "participants": list(numbers)}
    answer = gateway.ask("POST", "/api/groups", body=body, within=_WITHIN)
    finish(answer, answer["groupJid"], as_json=as_json)
    if not as_json:
        suggest(f"Write to it: wagate send --session {session} {answer['groupJid']} TEXT")
    _tell(answer["result"], as_json=as_json)


def _changes(action: str, words: str) -> None:
    """A command that does something about people of a group."""

    @groups.command(action, help=words)
    @click.argument("group")
    @click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
    @_session_option
    @with_gateway
    @json_option
    def change(group: str, numbers: tuple[str, ...], *, session: str, gateway: Gateway, as_json: bool) -> None:
        body = {"sessionId": session, "action": action, "participants": list(numbers)}
        answer = gateway.ask("POST", f"/api/groups/{quoted(group)}/participants", body=body, within=_WITHIN)
        if as_json:
            print_json(answer)
        _tell(answer["results"], as_json=as_json)


_changes("add", "Add people. A person whom this number may not add gets an invitation.")
_changes("remove", "Remove people.")
_changes("promote", "Make people admins of a group.")
_changes("demote", "Make admins of a group ordinary members.")


@groups.command()
@click.argument("link")
@_session_option
@with_gateway
@json_option
def join(link: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Join the group of an invite link (https://chat.whatsapp.com/…), and print its address."""
    code = link.rstrip("/").rpartition("/")[2]
    answer = gateway.ask("POST", f"/api/invites/{quoted(code)}", body={"sessionId": session}, within=_WITHIN)
    finish(answer, answer["groupJid"], as_json=as_json)
    if answer["pending"] and not as_json:
        tell("An admin has to approve the number.")


@groups.command()
@click.argument("group")
@click.option("--revoke", is_flag=True, help="Revoke the link first, and print the new one.")
@_session_option
@with_gateway
@json_option
def invite(group: str, *, revoke: bool, session: str, gateway: Gateway, as_json: bool) -> None:
    """Print the invite link of a group."""
    answer = gateway.ask("DELETE" if revoke else "GET", f"/api/groups/{quoted(group)}/invite", session=session)
    finish(answer, answer["inviteLink"], as_json=as_json)


@groups.command()
@click.argument("group")
@click.argument("file", required=False)
@_session_option
@with_gateway
@json_option
def picture(group: str, file: str | None, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Print where the picture of a group is, or show another one.

    FILE is a picture of this machine, an http(s) address, or the id of an upload; `-` is standard input. It becomes a
    square.
    """
    path = f"/api/groups/{quoted(group)}/picture"
    if file is None:
        answer = gateway.ask("GET", path, session=session)
        if answer["url"] is None and not as_json:
            tell("The group shows no picture.")
        else:
            finish(answer, answer["url"] or "", as_json=as_json)
        return
    body = {"sessionId": session, **source(gateway, "image", file, None)}
    answer = gateway.ask("PUT", path, body=body, within=_WITHIN)
    finish(answer, answer["message"], as_json=as_json)


@groups.command()
@click.argument("group")
@click.option("--yes", is_flag=True, help="Don't ask.")
@_session_option
@with_gateway
@json_option
def leave(group: str, *, yes: bool, session: str, gateway: Gateway, as_json: bool) -> None:
    """Leave a group."""
    if not yes:
        click.confirm(f"Leave the group '{group}'?", abort=True, err=True)
    answer = gateway.ask("DELETE", f"/api/groups/{quoted(group)}", session=session)
    finish(answer, answer["message"], as_json=as_json)


def _all_groups(gateway: Gateway, session: str) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page = gateway.ask("GET", f"/api/groups{after}", headers={"X-Session-Id": session})
        yield from page["groups"]
        if page["next"] is None:
            return
        after = f"?after={quoted(page['next'])}"


def _tell(results: list[dict[str, Any]], *, as_json: bool) -> None:
    """What became of each; the exit code says whether it was done with all of them."""
    for each in results if not as_json else ():
        (say if each["state"] in _DONE else tell)(f"{each['number'] or each['lid']}: {each['state'].replace('_', ' ')}")
    if any(each["state"] not in _DONE for each in results):
        sys.exit(ExitCode.FAILED)
