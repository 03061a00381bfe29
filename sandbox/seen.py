from __future__ import annotations

from sandbox.storage import Store


class Seen:
    """The message frames already passed on, so that one that comes again is dropped."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: set[str] = {key for (key,) in store.read("SELECT key FROM seen")}

    def __contains__(self, key: str) -> bool:
        """Tell whether the frame with this key was passed on."""
        return key in self._keys

    def add(self, key: str) -> None:
        """Note that the frame with this key is passed on now."""
        self._keys.add(key)
        self._store.write("INSERT OR IGNORE INTO seen VALUES (?)", key)
