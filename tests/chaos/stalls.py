"""Seconds that no program on a machine can give back: while something waited for a processor."""

from __future__ import annotations

import re
from pathlib import Path

_PRESSURE = Path("/proc/pressure/cpu")
"""Linux' own count (https://docs.kernel.org/accounting/psi.html), of all processes together."""


def stalled() -> float:
    """Seconds since the machine was started; 0.0 where the kernel does not count them.

    What is promised within so many seconds is promised by a machine that has a processor for it. Of the difference
    between two calls nobody can say whose fault it was.
    """
    try:
        found = re.search(r"^some .*total=(\d+)$", _PRESSURE.read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found[1]) / 1e6 if found else 0.0
