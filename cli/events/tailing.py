"""Follows the log of events: everything behind a cursor, each event once, whatever happens to the connection."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cli.gateway.api import Gateway
from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure

Event = dict[str, Any]

_WAIT = 20
_WITHIN = 35.0
"""Seconds for an answer that waits so long for its first event."""
_AT_ONCE = 500
_LOOK_AGAIN = 1.0
_PASSES = {
    "BUS_UNAVAILABLE",
    "STORE_UNAVAILABLE",
    "OVERLOADED",
    "TOO_MANY_CONNECTIONS",
    "TOO_MANY_REQUESTS",
    "INTERNAL",
}
"""Errors that end by themselves."""


@dataclass(slots=True)
class Tail:
    """One that follows.

    Attributes:
        gateway: where.
        after: the cursor to begin behind, or `latest`.
        types: only these, with commas; None: all.
        session: only of this session; None: of all of the key.
        on_trouble: told once what keeps it from looking, and None when it looks again.
        wait: how seconds pass.
    """

    gateway: Gateway
    after: str
    types: str | None
    session: str | None
    on_trouble: Callable[[Failure | None], None]
    wait: Callable[[float], None] = time.sleep
    _in_trouble: bool = field(default=False)

    def begin(self) -> None:
        """Learn where to begin: what comes from now on is not missed. Raises `Failure`."""
        if self.after == "latest":
            self.after = self._ask(1, wait=None)["next"]

    def events(self) -> Iterator[Event]:
        """What follows, oldest first, without end. Raises `Failure` for what does not end by itself."""
        while True:
            try:
                answer = self._ask(_AT_ONCE, wait=_WAIT)
            except Failure as failure:
                if failure.exit_code is not ExitCode.GATEWAY_AWAY and failure.code not in _PASSES:
                    raise
                if not self._in_trouble:
                    self.on_trouble(failure)
                self._in_trouble = True
                self.wait(_LOOK_AGAIN)
                continue
            if self._in_trouble:
                self.on_trouble(None)
            self._in_trouble = False
            yield from answer["events"]
            self.after = answer["next"]

    def _ask(self, limit: int, wait: int | None) -> dict[str, Any]:
        query = {"after": self.after, "limit": str(limit)}
        query |= {} if self.types is None else {"types": self.types}
        query |= {} if wait is None else {"wait": str(wait)}
        return self.gateway.ask("GET", "/api/events", session=self.session, query=query, within=_WITHIN)
