"""Commands about other people's numbers."""

from __future__ import annotations

from session_host.commands.asking import of_whatsapp
from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.whatsapp.client import NumberCheck
from shared.contracts.commands.contacts import CheckNumber, NumberReply
from shared.contracts.commands.people import CheckNumbers, NumbersReply


@handles(CheckNumber)
async def check_number(context: Context, command: CheckNumber) -> NumberReply:
    """Say whether a number is on WhatsApp; what was learnt a short while ago is not asked again.

    Raises:
        Disconnected: the session cannot ask.
        WagateError: WhatsApp did not say (`Lookups.check`).
    """
    lookups, within = context.holding.lookups, context.time_left
    return _reply(await of_whatsapp(context, lambda: lookups.check(command.number, within=within, fresh=command.fresh)))


@handles(CheckNumbers)
async def check_numbers(context: Context, command: CheckNumbers) -> NumbersReply:
    """Say which numbers are on WhatsApp. Raises as `check_number` does."""
    lookups, within = context.holding.lookups, context.time_left
    known = await of_whatsapp(context, lambda: lookups.check_all(command.numbers, within=within, fresh=command.fresh))
    return NumbersReply(numbers=tuple(_reply(known[number]) for number in command.numbers))


def _reply(known: NumberCheck) -> NumberReply:
    return NumberReply(
        exists=known.exists,
        jid=str(known.jid) if known.jid else None,
        lid=str(known.lid) if known.lid else None,
        checked_at=known.at,
    )
