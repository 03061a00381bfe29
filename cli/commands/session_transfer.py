"""`wagate sessions export` and `import`: a pairing as a file, to go on with it at another gateway."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway, quoted
from cli.gateway.session_option import session_names
from cli.program.command import WagateCommand, json_option
from cli.program.failure import Failure
from cli.program.output import finish, suggest, tell

_WITHIN = 60.0
"""Seconds: the passphrase is made hard to guess, and an import connects."""
_name_argument = click.argument("name", shell_complete=session_names)


@click.command("export", cls=WagateCommand)
@_name_argument
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--passphrase", envvar="WAGATE_PASSPHRASE", show_envvar=True, prompt=True, hide_input=True,
    confirmation_prompt=True, help=(
        "The passphrase for the file, at least 12 characters. You are asked for it if you do not give "
        "it."
    ),
)  # fmt: skip
@with_gateway
@json_option
def export_session(name: str, file: Path, *, passphrase: str, gateway: Gateway, as_json: bool) -> None:
    """Write the pairing of a session into a FILE that a passphrase opens.

    Whoever has file and passphrase is that number: keep them apart, and delete the file when it was imported.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Failure(
            f"The file '{file}' cannot be made: {error.strerror}.",
            remedy="Name a file that does not exist yet.",
            code="FILE_UNWRITABLE",
        ) from error
    with os.fdopen(descriptor, "wb") as written:
        try:
            path = f"/api/sessions/{quoted(name)}/export"
            accept = {"Accept": "application/json"}
            answer = gateway.ask("POST", path, body={"passphrase": passphrase}, headers=accept, within=_WITHIN)
        except BaseException:
            file.unlink()
            raise
        written.write(base64.b64decode(answer["file"]))
    finish({"success": True, "sessionId": name, "path": str(file)}, str(file), as_json=as_json)
    if not as_json:
        tell(
            "Stop this session before you import it elsewhere: two sessions would take the connection from each other."
        )


@click.command("import", cls=WagateCommand)
@_name_argument
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--passphrase", envvar="WAGATE_PASSPHRASE", show_envvar=True, prompt=True, hide_input=True,
    help="The passphrase of the file. You are asked for it if you do not give it.",
)  # fmt: skip
@with_gateway
@json_option
def import_session(name: str, file: Path, *, passphrase: str, gateway: Gateway, as_json: bool) -> None:
    """Connect a session with an exported pairing. A session that is not there is made."""
    body = {"passphrase": passphrase, "file": base64.b64encode(file.read_bytes()).decode()}
    answer = gateway.ask("POST", f"/api/sessions/{quoted(name)}/import", body=body, within=_WITHIN)
    finish(answer, f"'{name}' has the pairing (status: {answer['status']}).", as_json=as_json)
    if not as_json:
        suggest(f"See when it is connected: wagate sessions status {name}")
