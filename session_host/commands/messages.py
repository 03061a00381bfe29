"""Commands that send."""

from __future__ import annotations

from session_host.commands.context import Context
from session_host.commands.handling import handles
from shared.contracts.commands.messages import Dispatch, DispatchReply, Send


@handles(Dispatch)
async def dispatch(context: Context, command: Dispatch) -> DispatchReply:
    """Send a message whose row is in the store."""
    return await context.holding.outbox.dispatch(command)


@handles(Send)
async def send(context: Context, command: Send) -> DispatchReply:
    """Put a message into the store and send it."""
    return await context.holding.outbox.send(command, context.deadline)
