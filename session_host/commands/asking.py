"""Asks WhatsApp for a session that may not be connected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from session_host.commands.context import Context
from session_host.outbound.disconnection import disconnection
from session_host.whatsapp.client import NotSent
from shared.ids import now_ms

T = TypeVar("T")


async def of_whatsapp(context: Context, ask: Callable[[], Awaitable[T]]) -> T:
    """What `ask` returns.

    Raises:
        Disconnected: the session cannot ask.
        WagateError: WhatsApp did not say, or refused.
    """
    live = context.holding.live
    if not live.connected:
        raise disconnection(live.report, now_ms())
    try:
        return await ask()
    except NotSent as error:
        raise disconnection(live.report, now_ms()) from error
