"""What one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one process that converts files."""

    memory: int = 1 << 30
    """Bytes of address space."""
    seconds: float = 120.0
    """For one file."""
    idle: float = 60.0
    """Seconds after which it ends when nothing is to be done."""
    file_size: int = 512 << 20
    """Bytes that a file may get which it writes."""
