"""`wagate up`: the whole gateway on one machine, against the real WhatsApp."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from cli.gateway.data_folder import RunningGateway
from cli.launch.foreground import Asked, run_in_foreground
from cli.program.command import WagateCommand, json_option


@click.command(cls=WagateCommand)
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="0: any free one.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Put TLS in front of it before it is anything but this machine.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="WAGATE_DATA_DIR",
    default=Path("data"),
    show_default=True,
    show_envvar=True,
    help="The folder of everything that is kept.",
)
@json_option
def up(*, port: int, host: str, data: Path, as_json: bool) -> None:
    """Run the whole gateway on this machine, against the real WhatsApp.

    NATS, the session host and the API run as child processes; one that dies is started again. Ctrl-C stops all of them,
    a second one at once. With `--json` one line on stdout says where it is when it is ready.
    """
    run_in_foreground(Asked("whatsapp", host, port, data, control_port=None), _next_steps, as_json=as_json)


def _next_steps(gateway: RunningGateway, data: Path) -> str:
    option = "" if data == Path("data") else f" --data {data}"
    return f"""
wagate is ready: {gateway.url}
  1. make a key:       wagate keys create my-company{option}
  2. log a number in:  wagate sessions login sales --key wa_...{option}
  3. send:             wagate send --key wa_... --session sales{option} 628123456789 "Hello"
  Logs: {data}/logs/   Admin key: {data}/admin-key   Ctrl-C stops it."""
