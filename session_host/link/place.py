"""Which shard a process is: its supervisor says so on the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

EMPTY = 77
"""The exit status of a shard that ended since it held nothing for some time; it is not started again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which shard this is."""

    host: str
    slot: int
    heartbeat: int | None
    """The file descriptor of the pipe to the supervisor; None when it runs by itself."""
    metrics: int | None = None
    """That of the line over which the supervisor asks for metrics; None when it does not."""

    @property
    def owner(self) -> str:
        """The shard's id, the same after every restart."""
        return f"{self.host}-{self.slot}"

    @classmethod
    def parse(cls, arguments: list[str], when_spare: Callable[[], int]) -> Place:
        """Read the command line; a spare's slot is what `when_spare` says."""
        import argparse  # noqa: PLC0415 - a supervisor, which has this module too, never reads one

        parser = argparse.ArgumentParser(prog="session_host.shard", description="Started by `python -m session_host`.")
        parser.add_argument("--host", required=True)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--slot", type=int)
        which.add_argument("--spare", action="store_true", help="it is told its slot when one has to be taken over")
        parser.add_argument("--heartbeat", type=int)
        parser.add_argument("--metrics", type=int)
        given = parser.parse_args(arguments)
        slot = when_spare() if given.spare else given.slot
        return cls(given.host, slot, given.heartbeat, given.metrics)
