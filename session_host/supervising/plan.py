"""What is set for a supervisor, without what reads settings: that takes 20 MB, which a supervisor would keep for good.

So a process of its own reads them (`session_host.supervising.reading`) and says them on its standard output, while the
supervisor loads the rest.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import orjson


@dataclass(frozen=True, slots=True)
class Plan:
    """Of `HostSettings`, what a supervisor works with. Durations are seconds."""

    folder: str
    """The host's folder."""
    shard_launcher: str | None
    shards_per_host: int
    startup_timeout: float
    heartbeat_timeout: float
    stop_within: float
    metrics_listen: str | None
    cloudwatch_metrics: bool
    log_level: str
    spare_shard: bool
    holds_sessions: bool
    delivers: bool

    def encode(self) -> bytes:
        """A line that `decode` reads."""
        return orjson.dumps(asdict(self), option=orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def decode(cls, line: bytes) -> Self:
        """What was encoded."""
        return cls(**orjson.loads(line))

    @property
    def path(self) -> Path:
        """The host's folder."""
        return Path(self.folder)


class Reading:
    """The process that reads the settings, from now on."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "session_host.supervising.reading"]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)  # noqa: S603

    def plan(self) -> Plan:
        """What is set. Exits with 1 when something is set wrongly: the process has said what."""
        said, _ = self._process.communicate()
        if self._process.returncode != 0:
            sys.exit(1)
        return Plan.decode(said)
