"""What a shard answers when it is asked for its metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShardPage:
    """What one slot's shard answered."""

    page: bytes | None
    """None when it did not."""
    restarts: int
    """How often the slot's shard was started again since this supervisor runs."""
