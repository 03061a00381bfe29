"""Ends what a gateway started when the gateway itself is gone, however it went (kill -9, out of memory).

Run as a file of its own by `cli.launch.children`, on nothing but the standard library. It leads the process group
that every child of the gateway is in. Its standard input is a pipe whose other end only the gateway holds; the pipe
given as its argument is held open by the children.
"""

from __future__ import annotations

import os
import select
import signal
import sys

STOP_WITHIN = 5.0
"""Seconds the children have between SIGTERM and SIGKILL."""


def guard(children: int) -> None:
    """Wait for the gateway to go, then end the process group, this process last."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGTERM)
    select.select([children], [], [], STOP_WITHIN)  # readable (at its end) when the last child is gone
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    guard(int(sys.argv[1]))
