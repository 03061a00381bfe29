"""The stanzas by which WhatsApp ends a connection, and the faults that strike connections."""

from __future__ import annotations

import time

from sandbox.connections.connection import Connection
from sandbox.connections.network import Network
from sandbox.observed.faults import Fault, Kind
from sandbox.phones import odd_stanzas
from sandbox.phones.phones import unlink
from sandbox.wire.nodes import Jid, Node

_STRIKING: tuple[Kind, ...] = (
    "close", "replace", "stream_error", "ban", "unlink", "odd_stanza", "stop_answering", "drop_inbound",
)  # fmt: skip


def fail(network: Network, connection: Connection, fault: Fault) -> None:
    """Tell a client why it may not, or no longer, be here, and close."""
    code = "402" if fault.kind == "ban" else str(fault.code)
    attrs: dict[str, str | Jid] = {"reason": code, "location": "frc", "t": str(int(time.time()))}
    if fault.kind == "ban":
        attrs.update({"code": str(fault.code), "expire": str(fault.expire)})
    connection.post(Node("failure", attrs))
    connection.close(f"failure {code}", network.settings.close_after_control)


def replaced(network: Network, connection: Connection) -> None:
    """Tell a device that it logged in elsewhere, and close this connection of it."""
    connection.post(Node("stream:error", {}, [Node("conflict", {"type": "replaced"})]))
    connection.close("replaced", network.settings.close_after_control)


def inflict(network: Network, connection: Connection, fault: Fault) -> None:
    """Do to a device's connection what `fault` says: end it, leave it dead, or send what its client cannot show."""
    if fault.kind == "close" and fault.mode == "abort":
        connection.abort("fault close")
    elif fault.kind == "close":
        connection.close("fault close")
    elif fault.kind == "replace":
        replaced(network, connection)
    elif fault.kind == "unlink":
        unlink(network, connection.account, connection.device.id)
    elif fault.kind == "stream_error":
        connection.post(Node("stream:error", {"code": str(fault.code)}))
        connection.close(f"stream error {fault.code}", network.settings.close_after_control)
    elif fault.kind == "odd_stanza":
        odd_stanzas.send(network, connection, fault.mode)
    elif fault.kind == "stop_answering":
        connection.fall_silent()
    elif fault.kind == "drop_inbound":
        connection.bring_nothing()
    else:
        fail(network, connection, fault)


def strike_online(network: Network, fault: Fault) -> list[str]:
    """Let a fault strike all connections that are there; return the devices it hit."""
    hit: list[str] = []
    for connection in network.online.matching(fault.target):
        number, device = connection.address
        if fault.kind != "ban" and network.faults.strike(fault.kind, number, device) is None:
            break
        inflict(network, connection, fault)
        hit.append(f"{number}:{device}")
    return hit


def strike_after_login(network: Network, connection: Connection) -> None:
    """Let the faults that strike connections strike a device that has just become active."""
    for kind in _STRIKING:
        if kind != "ban" and (fault := network.faults.strike(kind, *connection.address)):
            inflict(network, connection, fault)
            return
