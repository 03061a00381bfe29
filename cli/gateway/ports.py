"""Ports of this machine."""

from __future__ import annotations

import errno
import random
import socket
import sys

from cli.program.exit_codes import ExitCode
from cli.program.failure import Failure

_INNER = range(15_000, 30_000)
"""Below Linux' ephemeral range (32768 and up): while nats-server is down no outgoing connection is given its port,
so a client that keeps dialling it never connects to itself."""
_TRIES = 50
_kept: list[socket.socket] = []
"""Bound and not listening: on Linux a server may listen there all the same, and nobody else is given the port."""


def is_free(host: str, port: int) -> bool:
    """Whether a server may listen there; raises OSError when the address is not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
        return True


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has; on Linux nobody is given it again while this process runs."""
    for port in random.sample(_INNER, k=_TRIES):
        if _keep(port):
            return port
    raise Failure("No free port was found on 127.0.0.1.", remedy="Too many programs listen here.", code="PORT_TAKEN")


def _keep(port: int) -> bool:
    """Take a port without listening on it; whether nobody had it."""
    place = socket.socket()
    try:
        place.bind(("127.0.0.1", port))  # without SO_REUSEADDR: not where somebody keeps it either
    except OSError:
        place.close()
        return False
    if sys.platform == "linux":
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # servers set it too: then both may have it
        place.set_inheritable(True)  # `wagate up` chooses it in one program, and goes on as another
        _kept.append(place)
    else:
        place.close()
    return True


def claim(host: str, port: int, option: str) -> int:
    """The port itself when it is free, any free one for 0.

    Raises:
        Failure: it is taken, or may not be used; names the option to choose another with.
    """
    if port == 0:
        return free_port()
    try:
        free = is_free(host, port)
    except OSError as error:
        raise Failure(
            f"Nobody can listen on {host}, port {port}: {error.strerror or error}.",
            remedy=f"Choose another port with {option}, or another address with --host.",
            exit_code=ExitCode.FAILED,
            code="PORT_FORBIDDEN",
        ) from error
    if not free:
        raise Failure(
            f"Port {port} on {host} is taken by another program, perhaps by another gateway.",
            remedy=f"Stop that one, or choose another port with {option}.",
            code="PORT_TAKEN",
        )
    return port
