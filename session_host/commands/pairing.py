"""Commands that log a session in and out."""

from __future__ import annotations

from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.commands.sessions import status_of
from session_host.session import login as logins
from shared.contracts.commands.pairing import Login, LoginReply, Logout, PairCode, PairCodeReply
from shared.contracts.commands.sessions import StatusReply


@handles(Login)
async def login(context: Context, _: Login) -> LoginReply:
    """Show a code to scan, or say that there is none yet, or that none is needed.

    Raises:
        TooManyLogins: its key has too many sessions that wait for a phone.
        WagateError: why there will be none (`session.login.login`).
    """
    context.admit_login()
    await context.holding.settle_logout(context.time_left / 2)
    return await logins.login(context.holding.live, context.time_left)


@handles(PairCode)
async def pair_code(context: Context, command: PairCode) -> PairCodeReply:
    """Give a code to type on the phone."""
    context.admit_login()
    await context.holding.settle_logout(context.time_left / 2)
    return await logins.pair_code(context.holding.live, command.number, context.time_left)


@handles(Logout)
async def logout(context: Context, command: Logout) -> StatusReply:
    """Unlink the phone and forget the pairing; says whether the phone has forgotten the device."""
    if not command.by_row:  # an older API: it leaves no trace of it in the row
        await context.holding.unlink.want()
    await context.reconsider()
    return status_of(context.holding)
