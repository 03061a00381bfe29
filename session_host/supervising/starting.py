"""Whether a shard that has not spoken yet is still starting, on a machine that is busy, or hangs.

A start takes some seconds of processor time, however long the machine needs to give it those: loading the library alone
takes one. So what counts is what the process got, not what a clock on the wall says.
"""

from __future__ import annotations

import os
from pathlib import Path

_PROGRESS = 0.01
"""Of the time that is allowed: a process that got less than this in all of it does nothing any more."""
_AT_MOST = 10
"""Times the time that is allowed, by the clock, whatever it got."""
_UTIME, _STIME = 11, 12
"""Places in /proc/PID/stat behind the name of the program (proc_pid_stat(5)), of its own time and the kernel's."""


def processor_time(pid: int) -> float | None:
    """Seconds of a processor that all threads of a process have got; None where that cannot be known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[_UTIME]) + int(fields[_STIME])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None


class Starting:
    """A process from its start to its first heartbeat."""

    def __init__(self, allowed: float) -> None:
        """`allowed`: seconds of a processor, or in which it gets none."""
        self._allowed = allowed
        self._got = 0.0
        self._at = 0.0

    def hangs(self, waited: float, got: float | None) -> str | None:
        """Why it is not worth waiting any longer; None while it is.

        Args:
            waited: seconds since its start.
            got: its `processor_time`.
        """
        if got is None:
            return "it has said nothing" if waited >= self._allowed else None
        if got - self._got >= self._allowed * _PROGRESS:
            self._got, self._at = got, waited
        if got >= self._allowed:
            return f"it has said nothing after {got:.1f} s of processor time"
        if waited - self._at >= self._allowed:
            return f"it has said nothing and done nothing for {waited - self._at:.0f} s"
        if waited >= self._allowed * _AT_MOST:
            return f"it has said nothing for {waited:.0f} s"
        return None
