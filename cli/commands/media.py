"""`wagate media`: files at the gateway."""

from __future__ import annotations

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway
from cli.gateway.downloading import download
from cli.gateway.session_option import session_option
from cli.gateway.uploading import upload
from cli.inbox.files import Fetching
from cli.program.command import WagateGroup, json_option
from cli.program.output import finish, tell


@click.group(cls=WagateGroup)
def media() -> None:
    """Upload files to the gateway, and download the files of messages."""


@media.command("upload")
@click.argument("file")
@click.option("--file-name", help="The file's name for the recipient.  [default: its name here]")
@with_gateway
@json_option
def upload_file(file: str, *, file_name: str | None, gateway: Gateway, as_json: bool) -> None:
    """Bring a file to the gateway once, to send it many times, and print its id.

    FILE is a file of this machine; `-` is standard input. It stays for a day if no message uses it.
    """
    kept = upload(gateway, file, file_name)
    finish({"success": True, "file": kept}, kept["id"], as_json=as_json)
    if not as_json:
        tell(f"Send it with: wagate send NUMBER --document {kept['id']} (or --image, --video, --audio).")


@media.command()
@click.argument("file_id", metavar="ID")
@click.option("--output", metavar="FILE", help="Where to write it; '-' is standard output.  [default: its id, here]")
@click.option("--again", is_flag=True, help="Ask WhatsApp again for a file that is gone.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a file that is being fetched.",
)
@session_option("that got the message with the file")
@with_gateway
@json_option
def get(  # noqa: PLR0913 - one parameter for each option
    file_id: str, *, output: str | None, again: bool, timeout: float, session: str, gateway: Gateway, as_json: bool
) -> None:
    """Download a file, and print where it is.

    ID is that of a file (med_…), or of a message of 'wagate messages list'.
    """

    def on_wait() -> None:
        tell("The gateway is fetching it from WhatsApp ...")

    found = Fetching(gateway, session, timeout, on_wait).file_id(file_id, again=again)
    path = download(gateway, found, output)
    if path is not None:
        finish({"success": True, "id": found, "path": str(path)}, str(path), as_json=as_json)
