"""Watches a session host give its sessions away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cli.gateway.api import Gateway
from cli.program.failure import Failure

HOSTS = "/api/admin/hosts"
_LOOK_EVERY = 1.0
_SAID_ANEW = 3.0
"""Seconds after which every shard has said again what it holds: before that, nothing held may be out of date."""


@dataclass(frozen=True, slots=True)
class Draining:
    """A host that was told to drain.

    Attributes:
        gateway: where.
        host: the host's id.
        within: seconds until the watching is given up.
        clock: the monotonic clock, seconds.
        wait: how seconds pass.
    """

    gateway: Gateway
    host: str
    within: float
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep

    def steps(self) -> Iterator[dict[str, Any]]:
        """The host as it is, whenever it holds another number of sessions; the last one holds none or has ended.

        Raises:
            Failure: no gateway, somebody ended the draining, or sessions are left when the time is over.
        """
        begun = self.clock()
        shown: int | None = None
        while True:
            host = self._now()
            settled = self.clock() - begun >= _SAID_ANEW
            if not host["alive"] or (settled and host["held"] == 0):
                yield host
                return
            if not host["draining"]:
                raise Failure(
                    f"{self.host} no longer drains: somebody ended it, or one of its shards restarted.",
                    remedy=f"Run 'wagate hosts drain {self.host}' again.",
                    code="DRAIN_ENDED",
                    details={"host": host},
                )
            if host["held"] != shown:
                shown = host["held"]
                yield host
            if self.clock() - begun >= self.within:
                raise Failure(
                    f"{self.host} holds {host['held']} session(s) after {self.within:g} s.",
                    remedy="It hands them over as other hosts have room: see 'wagate hosts list'. "
                    f"'wagate hosts undrain {self.host}' ends it.",
                    code="DRAIN_TIMEOUT",
                    details={"host": host},
                )
            self.wait(_LOOK_EVERY)

    def _now(self) -> dict[str, Any]:
        """The host as the gateway lists it; one that has ended meanwhile is listed no more."""
        hosts = self.gateway.ask_as_admin("GET", HOSTS)["hosts"]
        ended = {"host": self.host, "draining": True, "alive": False, "held": 0, "room": 0, "shards": []}
        return next((host for host in hosts if host["host"] == self.host), ended)
