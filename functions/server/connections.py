"""Who is connected: so many in all, so many of one address. What is idle makes room for what is new."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import Final, Literal, Protocol

from functions.access.client_address import customer

_FILES_OF_OURS: Final = 128
"""Left for stores, NATS and logs."""
_FILES_WANTED: Final = 65_536

Lost = Literal["address", "all"]
"""Which limit a connection was closed or refused for."""


class Connection(Protocol):
    """What is counted."""

    def make_room(self) -> None:
        """Close, and be counted no more: no request is being answered on it."""
        ...


class _Address:
    """The connections of one."""

    __slots__ = ("count", "idle")

    def __init__(self) -> None:
        self.count = 0
        self.idle: dict[Connection, None] = {}


class Connections:
    """The connections of one process.

    A connection is idle until a request's head has come whole, and again when it is answered. When there are too many,
    the one that is idle for longest is closed, and only when none is idle the new one is refused: so whoever opens
    connections and says nothing keeps nobody out.
    """

    def __init__(
        self,
        in_all: int,
        of_one_address: int,
        *,
        exempt: Callable[[str], bool] = lambda _: False,
        lost: Callable[[Lost], None] = lambda _: None,
    ) -> None:
        """`exempt` addresses are those of proxies, which are many callers; `lost` is told of each that is closed."""
        self._in_all = in_all
        self._of_one_address = of_one_address
        self._exempt = exempt
        self._lost = lost
        self._idle: dict[Connection, None] = {}
        self._addresses: dict[str, _Address] = {}
        self.count = 0

    def admit(self, connection: Connection, address: str) -> Lost | None:
        """Count one more, idle; or say which limit it is too much for, and do not count it."""
        of = self._addresses.get(customer(address))
        if of is not None and of.count >= self._of_one_address and not self._exempt(address):
            self._lost("address")
            if not _first_goes(of.idle):
                return "address"
        if self.count >= self._in_all:
            self._lost("all")
            if not _first_goes(self._idle):
                return "all"
        of = self._addresses.setdefault(customer(address), _Address())
        of.count += 1
        self.count += 1
        self.idle(connection, address)
        return None

    def busy(self, connection: Connection, address: str) -> None:
        """A request has come on it."""
        self._idle.pop(connection, None)
        self._addresses[customer(address)].idle.pop(connection, None)

    def idle(self, connection: Connection, address: str) -> None:
        """Its requests are answered."""
        self._idle[connection] = None
        self._addresses[customer(address)].idle[connection] = None

    def gone(self, connection: Connection, address: str) -> None:
        """It is closed."""
        self.busy(connection, address)
        of = self._addresses[customer(address)]
        of.count -= 1
        self.count -= 1
        if not of.count:
            del self._addresses[customer(address)]


def allowed_by_files(wanted: int) -> int:
    """So many connections, or as many as this process may open files for; raises its limit of them as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - _FILES_OF_OURS))


def _first_goes(idle: dict[Connection, None]) -> bool:
    """Whether there was an idle one to close: the one that is idle for longest."""
    first = next(iter(idle), None)
    if first is None:
        return False
    first.make_room()
    return True
