"""Ctrl-C is heard: from the program's first moment, however it was started, wherever it is."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from cli.program.exit_codes import ExitCode

_LATER = 0.01
"""Seconds."""


def end_at_once_when_interrupted() -> None:
    """End without words at SIGINT: for the time in which the program is still loading and has begun nothing."""

    def end(_number: int, _frame: FrameType | None) -> None:
        os._exit(ExitCode.INTERRUPTED)

    signal.signal(signal.SIGINT, end)


def raise_when_interrupted() -> None:
    """Raise KeyboardInterrupt at SIGINT, and let none get lost.

    Two ways to lose one were seen. A shell starts what a script runs in the background with SIGINT ignored, and Python
    leaves that so. And an exception that is raised while Python destroys an object is printed and dropped
    (`sys.unraisablehook`): then it is raised once more, a moment later, by way of SIGALRM.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    report = sys.unraisablehook

    def raise_later(unraisable: sys.UnraisableHookArgs) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            signal.setitimer(signal.ITIMER_REAL, _LATER)
        else:
            report(unraisable)

    sys.unraisablehook = raise_later
