"""The clock by which leases age, and the switch by which the kernel ends a process whose lease is too old.

Others count a lease's age in real time. So this clock goes on while the machine is suspended (a laptop that sleeps, a
virtual machine that is paused and says so), which `time.monotonic` and `signal.setitimer` do not on Linux: by those a
shard would wake up hours later and take its lease for two seconds old.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # which goes on through the sleep of macOS by itself
_SOONEST = 0.001


def elapsed() -> float:
    """Seconds on a clock that only goes forward, suspended or not."""
    return time.clock_gettime(_CLOCK)


class _Event(ctypes.Structure):
    """`struct sigevent` (sigevent(3type)), whose notification is a signal when it is 0."""

    _fields_ = (
        ("value", ctypes.c_void_p),
        ("signal", ctypes.c_int),
        ("notification", ctypes.c_int),
        ("room", ctypes.c_char * 48),
    )


class _Time(ctypes.Structure):
    """`struct itimerspec`: every, then after; seconds and nanoseconds of each."""

    _fields_ = tuple((name, ctypes.c_long) for name in ("every", "every_ns", "after", "after_ns"))


class Switch:
    """Ends this process by SIGALRM, whose action must be the default one, when it is not set again in time.

    No code of ours runs for that: the loop may hang, the process may have been stopped and continued, the machine may
    have been suspended; in all of these cases it is ended before it does anything else.
    """

    def __init__(self) -> None:
        self._library = _library()
        self._timer = None if self._library is None else _make(self._library)

    @property
    def through_suspend(self) -> bool:
        """Whether its time goes on while the machine is suspended: on Linux."""
        return self._timer is not None

    def set(self, seconds: float) -> None:
        """Have it end the process after so many seconds from now, instead of what was set before."""
        self._set(max(seconds, _SOONEST))

    def off(self) -> None:
        """Have it end nothing any more. May be repeated."""
        self._set(0.0)

    def _set(self, seconds: float) -> None:
        if self._library is None or self._timer is None:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            return
        whole = int(seconds)
        until = _Time(0, 0, whole, int((seconds - whole) * 1e9))
        if self._library.timer_settime(self._timer, 0, ctypes.byref(until), None) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _library() -> ctypes.CDLL | None:
    """The C library where it has such timers."""
    if sys.platform != "linux":
        return None
    for name in (None, "librt.so.1"):  # a place of its own before glibc 2.34
        library = ctypes.CDLL(name, use_errno=True)
        if hasattr(library, "timer_create") and hasattr(library, "timer_settime"):
            return library
    return None


def _make(library: ctypes.CDLL) -> ctypes.c_void_p | None:
    timer = ctypes.c_void_p()
    event = _Event(None, signal.SIGALRM, 0, b"")
    made = library.timer_create(_CLOCK, ctypes.byref(event), ctypes.byref(timer)) == 0
    return timer if made else None
