"""What a benchmark sees, before it is summed up."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import quantiles

from benchmarks.processes import Usage


@dataclass(frozen=True, slots=True)
class Run:
    """One timed run.

    Attributes:
        seconds: from the first send to the last answer.
        sends: how many were answered.
        p50_ms: the median latency of a send, milliseconds.
        p95_ms: what 95 of 100 sends were faster than, milliseconds.
    """

    seconds: float
    sends: int
    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, seconds: float, latencies: list[float]) -> Run:
        """A run with each send's latency in milliseconds."""
        cuts = quantiles(latencies, n=100)
        return cls(seconds, len(latencies), cuts[49], cuts[94])

    @property
    def per_second(self) -> float:
        """Sends per second."""
        return self.sends / self.seconds


@dataclass(slots=True)
class Rounds:
    """What one number of sessions gave, round by round.

    Attributes:
        bare: runs of bare neonize.
        gateway: runs of the gateway.
        cpu_bare: processor seconds by kind of process, for each run of bare neonize.
        cpu_gateway: the same for each run of the gateway.
        shard_killed: seconds until all sessions were connected again.
        all_killed: seconds from the start of a gateway of which every process was killed until all were.
        memory: of every kind of process, all sessions connected and nothing to do.
        idle: share of one core that each kind of process uses then.
    """

    bare: list[Run] = field(default_factory=list[Run])
    gateway: list[Run] = field(default_factory=list[Run])
    cpu_bare: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    cpu_gateway: list[dict[str, float]] = field(default_factory=list[dict[str, float]])
    shard_killed: list[float] = field(default_factory=list[float])
    all_killed: list[float] = field(default_factory=list[float])
    memory: dict[str, Usage] = field(default_factory=dict[str, Usage])
    idle: dict[str, float] = field(default_factory=dict[str, float])
