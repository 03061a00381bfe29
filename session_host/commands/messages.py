"""Commands that send."""

from __future__ import annotations

from session_host.commands.context import Context
from session_host.commands.handling import handles
from shared.contracts.commands.messages import Send, SendReply


@handles(Send)
async def send(context: Context, command: Send) -> SendReply:
    """Send a message."""
    return await context.holding.outbox.send(command, context.deadline)
