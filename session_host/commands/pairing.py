"""Commands that log a session in and out."""

from __future__ import annotations

from session_host import login as logins
from session_host.commands.context import Context
from shared.contracts.commands import Login, LoginReply, Logout, PairCode, PairCodeReply, StatusReply
from shared.errors import Unreachable


async def login(context: Context, _: Login) -> LoginReply:
    """Show a code to scan, or say why there is none.

    Raises:
        TooManyLogins: its key has too many sessions that wait for a phone.
        Unreachable: WhatsApp cannot be reached; it goes on being tried.
    """
    context.admit_login()
    live = context.holding.live
    answer = await logins.login(live, context.time_left)
    if answer.qr is None and answer.reason == "wa_unreachable":
        raise Unreachable(**logins.status_details(live.report))
    return answer


async def pair_code(context: Context, command: PairCode) -> PairCodeReply:
    """Give a code to type on the phone."""
    context.admit_login()
    return await logins.pair_code(context.holding.live, command.number, context.time_left)


async def logout(context: Context, _: Logout) -> StatusReply:
    """Unlink the phone and forget the pairing."""
    await context.holding.live.logout()
    return StatusReply(**logins.status_fields(context.holding.live.report))
