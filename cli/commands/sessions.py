"""`wagate sessions`: the WhatsApp numbers of a key."""

from __future__ import annotations

import sys

import rich_click as click

from cli.commands.session_settings import session_settings
from cli.commands.session_transfer import export_session, import_session
from cli.gateway.access import with_admin_gateway, with_gateway
from cli.gateway.api import Gateway, quoted
from cli.gateway.session_option import session_names
from cli.login.display import show_login
from cli.login.session_states import explain, whose
from cli.login.steps import Login, pairing_code, qr_code
from cli.program.command import WagateGroup, json_option
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure
from cli.program.output import finish, local_time, print_columns, print_json, suggest, tell

_name_argument = click.argument("name", shell_complete=session_names)


@click.group(cls=WagateGroup)
def sessions() -> None:
    """Log WhatsApp numbers in and out, and see their states."""


sessions.add_command(session_settings)
sessions.add_command(export_session)
sessions.add_command(import_session)


@sessions.command("list")
@with_gateway
@json_option
def list_sessions(*, gateway: Gateway, as_json: bool) -> None:
    """List the sessions of the key."""
    answer = gateway.ask("GET", "/api/sessions")
    if as_json:
        print_json(answer)
        return
    rows = [
        (
            state["sessionId"],
            state["status"],
            whose(state) or "-",
            local_time(state.get("since")),
            state.get("reason") or "",
        )
        for state in answer["sessions"]
    ]
    if not rows:
        tell("This key has no session yet. Log one in with 'wagate sessions login NAME'.")
        return
    print_columns(("NAME", "STATUS", "ACCOUNT", "SINCE", "REASON"), rows)


@sessions.command()
@_name_argument
@with_gateway
@json_option
def status(name: str, *, gateway: Gateway, as_json: bool) -> None:
    """Say how a session is, and what to do. The exit code is 0 only when it is connected."""
    state = gateway.ask("GET", "/api/status", session=name)
    account = whose(state)
    words = f"{state['status']} as {account}" if state["connected"] and account else state["status"]
    finish(state, words, as_json=as_json)
    if not as_json and (reason := explain(name, state)):
        tell(reason)
    if not state["connected"]:
        sys.exit(ExitCode.NOT_CONNECTED)


@sessions.command()
@_name_argument
@click.option("--code", "number", metavar="NUMBER", help="Show a code to type on the phone with this number, no QR.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=180,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the phone.",
)
@with_gateway
@json_option
def login(name: str, *, number: str | None, timeout: float, gateway: Gateway, as_json: bool) -> None:
    """Link a phone: show the QR code (a new one when it changes) until the session is connected.

    With `--json` each step is one line on stdout: `{"step": "code", …}`, `{"step": "waiting", …}` and at the end the
    session's status. Ctrl-C stops the watching only.
    """
    attempt = Login(gateway, name, pairing_code(number) if number else qr_code, within=timeout)
    show_login(attempt.steps(), name, typed=number is not None, as_json=as_json)


@sessions.command()
@_name_argument
@with_gateway
@json_option
def start(name: str, *, gateway: Gateway, as_json: bool) -> None:
    """Connect a stopped session."""
    _control(gateway, name, "start", "is starting", as_json=as_json)


@sessions.command()
@_name_argument
@with_gateway
@json_option
def stop(name: str, *, gateway: Gateway, as_json: bool) -> None:
    """Disconnect a session and keep it so. The phone stays linked."""
    _control(gateway, name, "stop", "is stopped", as_json=as_json)


@sessions.command()
@_name_argument
@with_gateway
@json_option
def restart(name: str, *, gateway: Gateway, as_json: bool) -> None:
    """Disconnect a session and connect it again."""
    _control(gateway, name, "restart", "is restarting", as_json=as_json)


@sessions.command()
@_name_argument
@with_gateway
@json_option
def logout(name: str, *, gateway: Gateway, as_json: bool) -> None:
    """Unlink the phone. Messages stay; a new login needs a new scan."""
    _control(gateway, name, "logout", "is logged out", as_json=as_json)


@sessions.command()
@_name_argument
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_gateway
@json_option
def delete(name: str, *, yes: bool, gateway: Gateway, as_json: bool) -> None:
    """Unlink the phone and delete the session with its messages."""
    if not yes:
        click.confirm(f"Delete the session '{name}' and everything in it?", abort=True, err=True)
    answer = gateway.ask("DELETE", f"/api/sessions/{quoted(name)}", within=_CONTROL_WITHIN)
    finish(answer, answer.get("message", f"'{name}' is deleted."), as_json=as_json)


@sessions.command()
@_name_argument
@click.option(
    "--to", metavar="SHARD", help="The shard that takes it, from `wagate hosts list`.  [default: any shard with room]"
)
@click.option(
    "--key-id", metavar="ID", help="The API key's id, from `wagate keys list`. Needed if there are several keys."
)
@with_admin_gateway
@json_option
def move(name: str, *, to: str | None, key_id: str | None, gateway: Gateway, as_json: bool) -> None:
    """Have another shard take a session over. It is disconnected for a moment; the phone stays linked."""
    key = quoted(key_id or _only_key(gateway))
    body = None if to is None else {"to": to}
    answer = gateway.ask_as_admin(
        "POST", f"/api/admin/sessions/{key}/{quoted(name)}/move", body=body, within=_CONTROL_WITHIN
    )
    finish(answer, f"'{name}' moves{f' to {to}' if to else ''}.", as_json=as_json)


_CONNECTING = {"start", "restart"}
_CONTROL_WITHIN = 30.0
"""Seconds: a host has to be found, and WhatsApp told."""


def _control(gateway: Gateway, name: str, action: str, done: str, *, as_json: bool) -> None:
    answer = gateway.ask("POST", f"/api/sessions/{quoted(name)}/{action}", within=_CONTROL_WITHIN)
    status = f" (status: {answer['status']})" if answer.get("status") else ""
    more = f" {answer['message']}" if answer.get("message") else ""
    finish(answer, f"'{name}' {done}{status}.{more}", as_json=as_json)
    if action in _CONNECTING and not as_json:
        suggest(f"See when it is connected: wagate sessions status {name}")


def _only_key(gateway: Gateway) -> str:
    """The id of the gateway's API key; raises `Failure` unless there is exactly one."""
    keys = gateway.ask_as_admin("GET", "/api/admin/apikeys")["apiKeys"]
    if len(keys) != 1:
        raise Failure(
            f"There are {len(keys)} API keys, and each has its own session names.",
            remedy="Give the session's key with --key-id: see 'wagate keys list'.",
            exit_code=ExitCode.USAGE,
            code="KEY_ID_NEEDED",
        )
    return keys[0]["id"]
