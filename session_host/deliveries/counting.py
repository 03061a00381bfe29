"""Who is told what deliveries come to: nobody, unless metrics are wanted."""

from __future__ import annotations

from dataclasses import dataclass

from shared.webhooks.schedule import Verdict


@dataclass(frozen=True, slots=True)
class Readings:
    """What is looked at when somebody asks."""

    webhooks: int
    """Delivered by this process."""
    in_trouble: int
    """Of which the last attempts all failed."""
    behind: float
    """Seconds since the oldest event that is on its way, or waits for its turn."""
    late: float
    """The same, of webhooks that are in no trouble: theirs is ours to mend."""


class Counting:
    """Counts nothing."""

    def attempted(self, verdict: Verdict, seconds: float) -> None:
        """An attempt ended so, after so long."""

    def page(self, now: Readings) -> bytes:  # noqa: ARG002 - of those who count
        """All of it in Prometheus' text format."""
        return b""
