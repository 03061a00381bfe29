"""Commands about other people's numbers."""

from __future__ import annotations

from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.outbound.disconnection import disconnection
from session_host.whatsapp.client import NotSent
from shared.contracts.commands.contacts import CheckNumber, NumberReply
from shared.ids import now_ms


@handles(CheckNumber)
async def check_number(context: Context, command: CheckNumber) -> NumberReply:
    """Say whether a number is on WhatsApp; what was learnt a short while ago is not asked again.

    Raises:
        Disconnected: the session cannot ask.
        WagateError: WhatsApp did not say (`Lookups.check`).
    """
    live = context.holding.live
    if not live.connected:
        raise disconnection(live.report, now_ms())
    try:
        known = await context.holding.lookups.check(command.number, within=context.time_left, fresh=command.fresh)
    except NotSent as error:
        raise disconnection(live.report, now_ms()) from error
    return NumberReply(
        exists=known.exists,
        jid=str(known.jid) if known.jid else None,
        lid=str(known.lid) if known.lid else None,
        checked_at=known.at,
    )
