"""What a start alone needed is given back to the system."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
from pathlib import Path
from shared.giving_back import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

kept = []
for number in range(2000):
    needed = bytes(50_000)          # from glibc, below what it maps by itself
    kept.append((needed, bytes(2000)))
last = [small for _, small in kept]
del needed, kept
before = resident()
give_back()
print(before - resident())
"""


def test_free_pages_between_those_in_use_are_given_back() -> None:
    """100 MB of them; glibc of itself gives back what is at the end alone."""
    told = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, check=True, timeout=60)
    assert int(told.stdout) > 50_000_000
