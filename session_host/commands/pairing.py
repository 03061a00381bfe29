"""Commands that log a session in and out."""

from __future__ import annotations

from session_host import login as logins
from session_host.commands.context import Context
from shared.contracts.commands import Login, LoginReply, Logout, PairCode, PairCodeReply, StatusReply


async def login(context: Context, _: Login) -> LoginReply:
    """Show a code to scan, or say why there is none."""
    return await logins.login(context.holding.live, context.time_left)


async def pair_code(context: Context, command: PairCode) -> PairCodeReply:
    """Give a code to type on the phone."""
    return await logins.pair_code(context.holding.live, command.number, context.time_left)


async def logout(context: Context, _: Logout) -> StatusReply:
    """Unlink the phone and forget the pairing."""
    await context.holding.live.logout()
    return StatusReply(**logins.status_fields(context.holding.live.report))
