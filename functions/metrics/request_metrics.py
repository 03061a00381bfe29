"""What the API counts and measures. `page` shows it, and what makes pages is loaded when somebody asks for one."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable

ANSWERED_WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds. A send takes what WhatsApp takes; a login may wait half a minute for a code."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Times:
    """How long requests of one route took."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(ANSWERED_WITHIN) + 1)
        """By the place in `ANSWERED_WITHIN`; the last is of those that took longer."""
        self.total = 0.0


class RequestMetrics:
    """Of one API process, in plain numbers: one thread has all requests, and Prometheus' own take a lock for each.

    There are as many of each as there are routes, statuses and error codes.
    """

    def __init__(self) -> None:
        self.open = 0
        """Requests that are being answered."""
        self.answered: dict[tuple[str, str, int, str], int] = {}
        """By method, route, status and the code of the error."""
        self.times: dict[tuple[str, str], Times] = {}
        """By method and route."""
        self.lost = Counter[str]()
        """Connections that were closed or refused, by the limit that they met."""
        self.connected: Callable[[], bool] = bool
        self.connections: Callable[[], int] = int

    def watch_nats(self, connected: Callable[[], bool]) -> None:
        """Ask this for the connection to NATS, whenever a page is made."""
        self.connected = connected

    def watch_connections(self, count: Callable[[], int]) -> None:
        """Ask this for the number of connections, whenever a page is made."""
        self.connections = count

    def connection_lost(self, why: str) -> None:
        """One was closed or refused: `address`, `all`, `late`, `not_taken` or `malformed`."""
        self.lost[why] += 1

    def began(self) -> None:
        """A request has come."""
        self.open += 1

    def ended(self, method: str, route: str, status: int, code: str, seconds: float) -> None:
        """It is answered.

        Args:
            method: as the caller sent it.
            route: the template of its path; empty when there is no such route.
            status: 0 when nothing was answered: the caller has gone.
            code: of the error, empty when there was none.
            seconds: what it took.
        """
        self.open -= 1
        method = method if method in _METHODS else "OTHER"
        answer = (method, route, status, code)
        self.answered[answer] = self.answered.get(answer, 0) + 1
        times = self.times.get((method, route))
        if times is None:
            times = self.times[method, route] = Times()
        times.counts[bisect_left(ANSWERED_WITHIN, seconds)] += 1
        times.total += seconds
