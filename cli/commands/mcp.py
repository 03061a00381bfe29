"""`wagate mcp`: a language model reads chats, and sends when it may."""

from __future__ import annotations

import rich_click as click

from cli.gateway.access import with_gateway
from cli.gateway.api import Gateway
from cli.program.command import WagateCommand
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure


@click.command(cls=WagateCommand)
@with_gateway
def mcp(*, gateway: Gateway) -> None:
    """Serve the gateway to a language model (Model Context Protocol).

    A program that speaks it (Claude, an editor, an agent) starts this command and talks to it over its standard input
    and output. It has the tools that the key may use: a key with `messages:read` alone reads, and sends nothing.
    """
    try:
        from cli.mcp.server import server_of  # noqa: PLC0415 - only this command needs it
    except ModuleNotFoundError as error:
        raise Failure(
            f"The Python package '{error.name}' is not installed.",
            remedy="Install wagate with its extra 'mcp': pip install 'wagate[cli,mcp]'.",
            exit_code=ExitCode.FAILED,
            code="PACKAGE_MISSING",
        ) from error
    server_of(gateway).run()
