"""A port that is a test's own, whether or not somebody listens there."""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def held_port() -> Generator[int]:
    """A port of 127.0.0.1 that the system gives to nobody else while the context lasts.

    Who connects is refused, unless somebody listens there with SO_REUSEPORT.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
