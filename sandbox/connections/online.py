"""Who is connected now."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.connections.connection import Connection
from sandbox.observed.faults import Target


class Online:
    """The live connections: of devices, by number and device, and of clients not yet paired."""

    def __init__(self) -> None:
        self._devices: dict[tuple[str, int], Connection] = {}
        self._unpaired: set[Connection] = set()

    def enter(self, connection: Connection) -> Connection | None:
        """Note a device's login; return its connection so far, which this one replaces."""
        previous = self._devices.get(connection.address)
        self._devices[connection.address] = connection
        return previous

    def enter_unpaired(self, connection: Connection) -> None:
        """Note a client that waits to be paired."""
        self._unpaired.add(connection)

    def leave(self, connection: Connection) -> None:
        """Note the end of a connection."""
        self._unpaired.discard(connection)
        if connection.is_logged_in and self._devices.get(connection.address) is connection:
            del self._devices[connection.address]

    def find(self, number: str, device: int) -> Connection | None:
        """Return a device's connection, or None."""
        return self._devices.get((number, device))

    def matching(self, target: Target) -> Iterator[Connection]:
        """Iterate over the connections of the devices that `target` means."""
        for (number, device), connection in list(self._devices.items()):
            if target.includes(number, device):
                yield connection

    def unpaired(self) -> list[Connection]:
        """Return the connections of clients that wait to be paired."""
        return list(self._unpaired)

    def everyone(self) -> list[Connection]:
        """Return all connections."""
        return [*self._devices.values(), *self._unpaired]
