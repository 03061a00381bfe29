"""`wagate up`: the whole gateway on one machine, against the real WhatsApp."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from cli.launch.asked import Asked
from cli.launch.foreground import run_in_foreground
from cli.launch.opening import opens_option, wants_window
from cli.program.command import WagateCommand, json_option


@click.command(cls=WagateCommand)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=3000,
    show_default=True,
    help="The port of the API. 0: any free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Put TLS in front of it before you use any other address.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WAGATE_DATA_DIR",
    default=Path("data"),
    show_default=True,
    show_envvar=True,
    help="The folder for all data.",
)
@opens_option
@json_option
def up(*, port: int, host: str, data: Path, opens: bool | None, as_json: bool) -> None:
    """Run the whole gateway on this machine, against the real WhatsApp.

    NATS, the session host and the API run as child processes; one that dies is started again. Ctrl-C stops all of them;
    press it again to stop at once. On a machine with a screen the console opens. With `--json` one line on stdout says
    where the gateway is when it is ready.
    """
    run_in_foreground(Asked("whatsapp", host, port, data, None, as_json, wants_window(opens, as_json=as_json)))
