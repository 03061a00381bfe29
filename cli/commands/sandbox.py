"""`wagate sandbox`: the whole gateway against a WhatsApp of one's own."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from cli.launch.asked import Asked
from cli.launch.foreground import run_in_foreground
from cli.launch.opening import opens_option, wants_window
from cli.program.command import WagateCommand, json_option


@click.command(cls=WagateCommand)
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="0: any free one.")
@click.option(
    "--control-port",
    type=click.IntRange(0, 65535),
    default=3999,
    show_default=True,
    help="The port of the sandbox's phones and contacts. 0: any free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address the API listens on.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data-sandbox"),
    show_default=True,
    help="The folder for all data; never the folder of real numbers.",
)
@opens_option
@json_option
def sandbox(  # noqa: PLR0913 - its options
    *, port: int, control_port: int, host: str, data: Path, opens: bool | None, as_json: bool
) -> None:
    """Run the whole gateway against a WhatsApp of your own.

    It has phones that scan and contacts that answer. Nothing leaves this machine, and no real number can be used with
    it. Ctrl-C stops it; what was paired stays. On a machine with a screen the console opens. With `--json` one line on
    stdout says where the gateway is when it is ready.
    """
    run_in_foreground(Asked("sandbox", host, port, data, control_port, as_json, wants_window(opens, as_json=as_json)))
