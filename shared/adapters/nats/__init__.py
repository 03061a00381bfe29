"""The bus, and what is on it, over NATS.

nats-py loads aiohttp for WebSockets, over which no server of ours is reached: 0.2 s of a processor and 8 MB. It reads
its own version from the metadata of packages, 2 MB, to tell the server, which now shows it as 0.0.0.
"""

from __future__ import annotations

from shared.hidden import hidden

with hidden("aiohttp", "importlib.metadata"):
    import nats  # noqa: F401 # pyright: ignore[reportUnusedImport] - loaded once, here
