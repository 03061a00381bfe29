"""Calls, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

_KEPT: Final = 1000


@dataclass(slots=True)
class Call:
    """A call. `at`: epoch seconds."""

    id: str
    caller: str
    called: str
    at: int
    video: bool
    group: str = ""
    state: Literal["ringing", "rejected", "accepted", "ended"] = "ringing"


@dataclass(slots=True)
class Calls:
    """All calls, by their ids; the oldest go when there are too many. Not kept over a restart."""

    by_id: dict[str, Call] = field(default_factory=dict[str, Call])

    def add(self, call: Call) -> None:
        """Note a call."""
        self.by_id[call.id] = call
        while len(self.by_id) > _KEPT:
            del self.by_id[next(iter(self.by_id))]
