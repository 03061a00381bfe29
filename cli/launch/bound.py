"""Turns into a program that is told to stop (SIGTERM) when its parent is gone, however it went.

Run as a file of its own by `cli.launch.children`, on nothing but the standard library: `bound.py PARENT PROGRAM …`. The
guardian ends what a gateway leaves; this is for the moment in which both are killed. Only Linux can do it; elsewhere it
only runs the program.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
"""`prctl(2)`. It outlives `execve`."""


def bind(parent: int) -> None:
    """Have SIGTERM sent to this process when its parent ends; end at once when it has already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    bind(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - what `children` was told to start; there is no shell
