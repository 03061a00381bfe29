"""What a benchmark sees, before it is summed up."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.processes import Usage


@dataclass(frozen=True, slots=True)
class Run:
    """One timed run: seconds for all, and each send's latency in milliseconds."""

    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        """Sends per second."""
        return len(self.latencies) / self.seconds


@dataclass(slots=True)
class Rounds:
    """What one number of sessions gave, round by round."""

    bare: list[Run] = field(default_factory=list[Run])
    gateway: list[Run] = field(default_factory=list[Run])
    cpu_bare: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    cpu_gateway: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    reconnect: list[float] = field(default_factory=list[float])
    memory: dict[str, Usage] = field(default_factory=dict[str, Usage])
