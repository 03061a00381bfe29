"""When a shard that died is started again."""

from __future__ import annotations

from collections import deque

DEATHS_ALLOWED = 5
WITHIN = 60.0
LONGEST_DELAY = 30.0


class RestartPolicy:
    """At once, unless it keeps dying: after more than 5 deaths in 60 s each start waits twice as long, up to 30 s.

    An abort inside the WhatsApp library is routine and costs its sessions a second; a shard that cannot start (a
    broken installation, a store that is away) would otherwise burn the machine.
    """

    def __init__(self) -> None:
        self._deaths: deque[float] = deque()

    def died(self, now: float) -> float:
        """Note a death on the monotonic clock; the seconds to wait before the next start."""
        self._deaths.append(now)
        while self._deaths[0] <= now - WITHIN:
            self._deaths.popleft()
        surplus = len(self._deaths) - DEATHS_ALLOWED
        return 0.0 if surplus <= 0 else min(2.0 ** (surplus - 1), LONGEST_DELAY)
