"""`wagate profile`: how others see the number of a session."""

from __future__ import annotations

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway
from cli.gateway.session_option import session_option
from cli.gateway.uploading import source
from cli.program.command import WagateGroup, json_option
from cli.program.fields import body_of, lines_of
from cli.program.output import finish, print_columns, print_json

_WITHIN = 30.0
"""Seconds: WhatsApp is asked, and a picture is made ready."""
_NOT_SETTINGS = {"success", "statusPosts"}
_session_option = session_option("that is meant")


@click.group(cls=WagateGroup)
def profile() -> None:
    """Choose how others see the number of a session."""


@profile.command()
@click.argument("text", metavar="NAME")
@_session_option
@with_gateway
@json_option
def name(text: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Set what the number calls itself."""
    body = {"sessionId": session, "name": text}
    answer = gateway.ask("POST", "/api/update-profile-name", body=body, within=_WITHIN)
    finish(answer, answer["message"], as_json=as_json)


@profile.command()
@click.argument("text")
@_session_option
@with_gateway
@json_option
def about(text: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Set the text that others read about the number."""
    body = {"sessionId": session, "status": text}
    answer = gateway.ask("POST", "/api/update-profile-status", body=body, within=_WITHIN)
    finish(answer, answer["message"], as_json=as_json)


@profile.command()
@click.argument("file")
@_session_option
@with_gateway
@json_option
def picture(file: str, *, session: str, gateway: Gateway, as_json: bool) -> None:
    """Show another picture; it becomes a square.

    FILE is a picture of this machine, an http(s) address, or the id of an upload; `-` is standard input.
    """
    body = {"sessionId": session, **source(gateway, "image", file, None)}
    answer = gateway.ask("POST", "/api/update-profile-picture", body=body, within=_WITHIN)
    finish(answer, answer["message"], as_json=as_json)


@profile.command()
@click.argument("changes", nargs=-1, metavar="[SETTING=VALUE]...")
@_session_option
@with_gateway
@json_option
def privacy(*, changes: tuple[str, ...], session: str, gateway: Gateway, as_json: bool) -> None:
    """Show who may see what of the number, or change it: `wagate profile privacy lastSeen=contacts`.

    Values are all, contacts and none; of online all and match_last_seen, of readReceipts all and none, of callAdd all
    and known.
    """
    if changes:
        body = {"sessionId": session, **body_of(changes, "lastSeen=contacts")}
        answer = gateway.ask("PATCH", "/api/privacy", body=body, within=_WITHIN)
    else:
        answer = gateway.ask("GET", "/api/privacy", session=session, within=_WITHIN)
    if as_json:
        print_json(answer)
        return
    shown = {setting: value for setting, value in answer.items() if setting not in _NOT_SETTINGS}
    print_columns(("SETTING", "VALUE"), list(lines_of(shown)))
