"""A clock of its own for one machine: what its processes take for the time of day can be set.

By libfaketime, which stands between them and the C library. The Go library inside a shard asks the kernel itself and
keeps the right time, and so does every clock that only goes forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_LIBRARY = "vendor/libfaketime/src/libfaketime.so.1"


@dataclass(frozen=True, slots=True)
class OwnClock:
    """One that says what the file tells it, within a second."""

    file: Path

    @classmethod
    def right(cls, file: Path) -> OwnClock:
        """One that shows the right time."""
        made = cls(file)
        made.set("+0")
        return made

    def set(self, offset: str) -> None:
        """Show another time: `+1h`, `-1h`, `+0`."""
        self.file.write_text(f"{offset}\n")

    def settings(self) -> dict[str, str]:
        """What makes a program, and whatever it starts, look at this clock. Raises RuntimeError where it cannot be."""
        package = find_spec("libfaketime")
        library = Path(package.origin or "").parent / _LIBRARY if package else Path()
        if not library.is_file():
            raise RuntimeError("There is no libfaketime for this machine: no process can be given another clock.")
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
