"""Commands about a session's state."""

from __future__ import annotations

from session_host.commands.context import Context
from session_host.commands.handling import handles
from session_host.ownership.holding import Holding
from session_host.session.login import status_fields
from shared.contracts.commands.command import Done
from shared.contracts.commands.sessions import (
    HealthReply,
    ReadHealth,
    ReadStatus,
    Reconsider,
    Release,
    Restart,
    StatusReply,
)
from shared.sessions.chosen import KNOWN


@handles(ReadStatus)
async def read_status(context: Context, _: ReadStatus) -> StatusReply:
    """Say what the session is doing."""
    return _status(context)


@handles(ReadHealth)
async def read_health(context: Context, _: ReadHealth) -> HealthReply:
    """Say what has been seen of the session's connection."""
    signs = context.holding.signs
    return HealthReply(
        **status_fields(context.holding.live.report),
        acknowledged_at=signs.acknowledged_at,
        unacknowledged_at=signs.unacknowledged_at,
        heard_at=signs.heard_at,
        unheard_at=signs.unheard_at,
    )


@handles(Restart)
async def restart(context: Context, _: Restart) -> StatusReply:
    """Disconnect and connect again; says `starting`, what comes of it is in the session's row."""
    await context.holding.restart()
    return _status(context)


@handles(Reconsider)
async def reconsider(context: Context, _: Reconsider) -> StatusReply:
    """Do what the row wants: start, stop, delete."""
    await context.reconsider()
    return _status(context)


@handles(Release)
async def release(context: Context, command: Release) -> Done:
    """Give the session up."""
    await context.move(command.to)
    return Done()


def status_of(holding: Holding) -> StatusReply:
    """What a session is doing, and what came of its end where that is wanted."""
    fields = status_fields(holding.live.report)
    return StatusReply(
        **fields,
        unlinked=holding.unlink.done,
        not_unlinked=holding.unlink.not_done_because,
        settings=tuple(sorted(KNOWN)),
    )


def _status(context: Context) -> StatusReply:
    return status_of(context.holding)
