"""What the parts that deliver one subscription share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from session_host.deliveries.attempts import Attempts
from session_host.deliveries.clock import Clock
from session_host.deliveries.gate import Gate
from session_host.deliveries.ledger import Ledger
from session_host.deliveries.window import Window
from shared.events.cursor import Cursor
from shared.events.reading import Reading
from shared.webhooks.model import Subscription
from shared.webhooks.ports import Deliveries


@dataclass(frozen=True, slots=True)
class Course:
    """Of one subscription, from when its place was taken."""

    subscription: Subscription
    window: Window
    """Where it is in the log."""
    gate: Gate
    """Before each attempt."""
    attempts: Attempts
    ledger: Ledger
    """What became of events."""
    deliveries: Deliveries
    reading: Reading
    clock: Clock
    begin: Callable[[Coroutine[Any, Any, None]], None]
    """Runs something beside the rest; the subscription ends when it fails."""
    missed: Callable[[Cursor], Awaitable[None]]
    """Tells its owner that some of what followed a place is gone."""

    async def turn(self) -> None:
        """Return when an event that has no row yet may be tried: `gate.left`, or `gate.leave`, has to follow."""
        await self.ledger.room()
        await self.gate.enter()
