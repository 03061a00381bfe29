"""The wait of a spare shard: for its slot, over its standard input, whose end is that of its supervisor."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_STDIN = 0
_OURS = Path(__file__).parents[2]


def told_slot() -> int | None:
    """The slot it is to hold, once the supervisor says so; None when the supervisor is gone. Blocks."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(_STDIN, 1)  # what follows is for the lifeline: no reading ahead
        if not byte:
            return None
        line += byte
    return int(line)


def files_of_modules(below: Path = _OURS) -> dict[str, tuple[int, int, int]]:
    """Inode, time and size, as they are on the disk now, of each file below a folder that this process has loaded."""
    files = {str(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)}
    return {file: _state(file) for file in files if Path(file).is_relative_to(below)}


def _state(file: str) -> tuple[int, int, int]:
    try:
        found = os.stat(file)  # noqa: PTH116 - of some hundred files, before a shard may begin
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size
