"""Which message frames were passed on already."""

from __future__ import annotations

from typing import Final

from sandbox.state.storage import Store

_CAPACITY: Final = 1_000_000


class Seen:
    """The message frames already passed on, so that one that comes again is dropped; the oldest are forgotten."""

    def __init__(self, store: Store, capacity: int = _CAPACITY) -> None:
        self._store = store
        self._capacity = capacity
        self._keys: dict[str, None] = {key: None for (key,) in store.read("SELECT key FROM seen")}

    def __contains__(self, key: str) -> bool:
        """Tell whether the frame with this key was passed on."""
        return key in self._keys

    def add(self, key: str) -> None:
        """Note that the frame with this key is passed on now."""
        self._keys[key] = None
        self._store.write("INSERT OR IGNORE INTO seen VALUES (?)", key)
        if len(self._keys) > self._capacity:
            oldest = next(iter(self._keys))
            del self._keys[oldest]
            self._store.write("DELETE FROM seen WHERE key=?", oldest)
