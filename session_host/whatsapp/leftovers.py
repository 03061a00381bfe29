"""What the library has kept of clients that are gone, and would not give back: counted, since it has an end nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Leftovers:
    """Of one process, since it began."""

    threads: int = 0
    """Threads of clients that were removed and have not ended: about 1 MB each."""
    uploads: int = 0
    """Uploads that nobody waits for any more, and that have not returned: a thread and three times the file each."""
    connections: set[int] = field(default_factory=set[int])
    """Connections to databases, by the number of `LibraryFiles`: two or three descriptors each."""

    @property
    def count(self) -> int:
        """All of them."""
        return self.threads + len(self.connections)
