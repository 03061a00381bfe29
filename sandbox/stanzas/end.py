"""The end of a connection: its device is gone, and what it left unacknowledged waits for the next login."""

from __future__ import annotations

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.stanzas.presence import left


def end(network: Network, connection: Connection) -> None:
    """Forget a connection that is over, whether its client was paired or not."""
    network.online.leave(connection)
    network.pairings.leave(connection)
    if connection.is_logged_in:
        network.delivery.deactivate(connection)
        left(network, connection)
